// latency and latency_shm: what LinkAccount adds to the answer time of LastPass, and how much of it
// is the disk's.
#include <algorithm>
#include <vector>

#include "tests/bench/api.h"
#include "tests/bench/compare.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/figures.h"
#include "tests/bench/fsync_probe.h"
#include "tests/bench/load.h"
#include "tests/store/temp_directory.h"

namespace credlink::bench {
namespace {

constexpr double kRate = 100.0;
constexpr double kGoalMs = 1.0;
// Short, because a disk's mood may change within seconds.
constexpr int kRounds = 5;
constexpr absl::Duration kRoundTime = absl::Seconds(1);
constexpr absl::Duration kFsyncRoundTime = absl::Milliseconds(600);
constexpr absl::Duration kWarmUpTime = absl::Milliseconds(500);

double Percentile(std::vector<double> values, double part) {
  const auto index = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + index, values.end());
  return values[index];
}

absl::Status AddRound(Target& target, absl::Duration time, std::vector<double>& millis) {
  const absl::StatusOr<std::vector<absl::Duration>> latencies = RunOpenLoop(target, kRate, time);
  if (!latencies.ok()) return latencies.status();
  for (absl::Duration latency : *latencies) millis.push_back(absl::ToDoubleMilliseconds(latency));
  return absl::OkStatus();
}

absl::StatusOr<Figure> Measure(const std::string& name, const Setup& setup,
                               const std::string& data_parent) {
  const TempDirectory folder(setup.disk_folder);
  const TempDirectory data(data_parent);
  const absl::StatusOr<SimulatorServer> simulator = StartSimulator(setup.programs, folder.path());
  if (!simulator.ok()) return simulator.status();
  const absl::StatusOr<GrpcServer> credlinkd =
      StartCredlinkd(setup.programs, folder.path(), data.File("data"), *simulator);
  if (!credlinkd.ok()) return credlinkd.status();
  const auto link = LinkTarget(credlinkd->port, *simulator, "owner");
  const auto post = ProbeTarget(*simulator);
  const auto fsync = FsyncProbe::Create(data.File("fsync-probe"));
  if (!fsync.ok()) return fsync.status();
  for (Target* target : {static_cast<Target*>(link.get()), static_cast<Target*>(post.get())}) {
    const auto warm = RunOpenLoop(*target, kRate, kWarmUpTime);
    if (!warm.ok()) return warm.status();
  }

  std::vector<double> link_ms;
  std::vector<double> post_ms;
  std::vector<double> fsync_ms;
  absl::Duration cpu;
  for (int i = 0; i < kRounds; ++i) {
    const absl::StatusOr<absl::Duration> before = CpuTimeOf(credlinkd->process->pid());
    if (!before.ok()) return before.status();
    absl::Status status = AddRound(*link, kRoundTime, link_ms);
    if (!status.ok()) return status;
    const absl::StatusOr<absl::Duration> after = CpuTimeOf(credlinkd->process->pid());
    if (!after.ok()) return after.status();
    cpu += *after - *before;
    status = AddRound(*post, kRoundTime, post_ms);
    if (status.ok()) status = AddRound(**fsync, kFsyncRoundTime, fsync_ms);
    if (!status.ok()) return status;
  }

  const double added = Percentile(link_ms, 0.5) - Percentile(post_ms, 0.5);
  Figure figure;
  figure.name = name;
  figure.ratio = added / kGoalMs;
  figure.goal = 1.0;
  figure.reached = added < kGoalMs;
  figure.cpu_us_per_call = absl::ToDoubleMicroseconds(cpu) / static_cast<double>(link_ms.size());
  figure.more = {{"added_ms_p50", added},
                 {"added_ms_p99", Percentile(link_ms, 0.99) - Percentile(post_ms, 0.99)},
                 {"goal_ms", kGoalMs},
                 {"link_ms_p50", Percentile(link_ms, 0.5)},
                 {"link_ms_p99", Percentile(link_ms, 0.99)},
                 {"simulator_ms_p50", Percentile(post_ms, 0.5)},
                 {"simulator_ms_p99", Percentile(post_ms, 0.99)},
                 {"fsync_ms_p50", Percentile(fsync_ms, 0.5)},
                 {"fsync_ms_p99", Percentile(fsync_ms, 0.99)},
                 {"calls", static_cast<double>(link_ms.size())}};
  return figure;
}

}  // namespace

absl::StatusOr<Figure> MeasureLatency(const Setup& setup) {
  return Measure("latency", setup, setup.disk_folder);
}

absl::StatusOr<Figure> MeasureLatencyInMemory(const Setup& setup) {
  return Measure("latency_shm", setup, setup.memory_folder);
}

}  // namespace credlink::bench
