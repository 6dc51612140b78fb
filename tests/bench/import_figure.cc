// import: `credlink import` against what LastPass's latency alone would take.
#include <sys/stat.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/bench/api.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/figures.h"
#include "tests/bench/load.h"
#include "tests/store/temp_directory.h"

namespace credlink::bench {
namespace {

constexpr int kLatencyMs = 50;
// Of every 50 ms a link may take 12.5 ms more: the client, the server, and a disk that is slow to
// sync.
constexpr double kGoal = 0.8;
constexpr int kConcurrency = 64;  // the most that import takes
constexpr int kLines = 10000;
constexpr int kUsualConcurrency = 8;  // unless --concurrency says otherwise
constexpr int kUsualLines = 1000;
constexpr absl::Duration kTimeout = absl::Minutes(5);
constexpr absl::Duration kPostsTime = absl::Seconds(2);

struct Import {
  std::string tenant;
  int lines;
  int concurrency;
};

double IdealSeconds(const Import& import) {
  return import.lines * kLatencyMs / 1000.0 / import.concurrency;
}

absl::StatusOr<std::string> WriteLines(const TempDirectory& folder, const Import& import,
                                       const SimulatorServer& simulator) {
  const std::string path = folder.File(absl::StrCat(import.tenant, ".csv"));
  std::ofstream file(path);
  chmod(path.c_str(), 0600);
  file << "account_number,provisioning_hash,owner_id,label\n";
  for (int i = 0; i < import.lines; ++i) {
    file << simulator.account_number << ',' << simulator.hash << ",customer-" << i
         << ",Head office\n";
  }
  file.close();
  if (!file) return absl::InternalError(absl::StrCat("cannot write ", path));
  return path;
}

// How long it takes in seconds, from the start of the process to its end.
absl::StatusOr<double> RunImport(const Setup& setup, const TempDirectory& folder,
                                 const GrpcServer& credlinkd, const SimulatorServer& simulator,
                                 const Import& import) {
  const absl::StatusOr<std::string> lines = WriteLines(folder, import, simulator);
  if (!lines.ok()) return lines.status();
  Command command;
  command.argv = {setup.programs.credlink,
                  "import",
                  *lines,
                  "--server",
                  absl::StrCat("127.0.0.1:", credlinkd.port),
                  "--tenant",
                  import.tenant,
                  "--concurrency",
                  absl::StrCat(import.concurrency),
                  "--results",
                  folder.File("results")};
  command.stderr_file = folder.File("import.log");
  const absl::Time start = absl::Now();
  const absl::StatusOr<std::unique_ptr<ChildProcess>> process = ChildProcess::Start(command);
  if (!process.ok()) return process.status();
  const absl::StatusOr<Exit> exit = (*process)->WaitForExit(kTimeout);
  if (!exit.ok()) return exit.status();
  if (exit->code != 0) return absl::InternalError((*process)->Log());
  return absl::ToDoubleSeconds(absl::Now() - start);
}

}  // namespace

absl::StatusOr<Figure> MeasureImport(const Setup& setup) {
  const TempDirectory folder(setup.disk_folder);
  const absl::StatusOr<SimulatorServer> simulator = StartSimulator(setup.programs, folder.path());
  if (!simulator.ok()) return simulator.status();
  const absl::Status slowed = SetLatency(*simulator, kLatencyMs);
  if (!slowed.ok()) return slowed;
  const absl::StatusOr<GrpcServer> credlinkd =
      StartCredlinkd(setup.programs, folder.path(), folder.File("data"), *simulator);
  if (!credlinkd.ok()) return credlinkd.status();

  const Import usual{"usual", kUsualLines, kUsualConcurrency};
  const absl::StatusOr<double> usual_seconds =
      RunImport(setup, folder, *credlinkd, *simulator, usual);
  if (!usual_seconds.ok()) return usual_seconds.status();
  const absl::StatusOr<absl::Duration> before = CpuTimeOf(credlinkd->process->pid());
  if (!before.ok()) return before.status();
  const Import most{"most", kLines, kConcurrency};
  const absl::StatusOr<double> seconds = RunImport(setup, folder, *credlinkd, *simulator, most);
  if (!seconds.ok()) return seconds.status();
  const absl::StatusOr<absl::Duration> after = CpuTimeOf(credlinkd->process->pid());
  if (!after.ok()) return after.status();
  const auto posts = ProbeTarget(*simulator);
  const absl::StatusOr<ClosedLoopResult> bare = RunClosedLoop(*posts, kConcurrency, kPostsTime);
  if (!bare.ok()) return bare.status();

  Figure figure;
  figure.name = "import";
  figure.ratio = IdealSeconds(most) / *seconds;
  figure.goal = kGoal;
  figure.reached = figure.ratio >= kGoal;
  figure.cpu_us_per_call = absl::ToDoubleMicroseconds(*after - *before) / kLines;
  figure.more = {{"lines", kLines},
                 {"concurrency", kConcurrency},
                 {"seconds", *seconds},
                 {"ideal_seconds", IdealSeconds(most)},
                 {"lines_per_s", kLines / *seconds},
                 {"bare_posts_per_s", bare->calls_per_second},
                 {"ratio_at_8", IdealSeconds(usual) / *usual_seconds},
                 {"lines_at_8", kUsualLines},
                 {"seconds_at_8", *usual_seconds}};
  return figure;
}

}  // namespace credlink::bench
