// start_scale: from starting the process to SERVING, with many accounts and with none.
#include <vector>

#include "absl/time/clock.h"
#include "tests/bench/compare.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/figures.h"
#include "tests/bench/grpc_target.h"
#include "tests/bench/load.h"
#include "tests/store/temp_directory.h"

namespace credlink::bench {
namespace {

constexpr int kRounds = 9;
constexpr double kGoalMs = 500;
constexpr absl::Duration kStopTimeout = absl::Seconds(20);
constexpr char kServing[] = "\x08\x01";  // grpc.health.v1.HealthCheckResponse

struct Starts {
  std::string data_dir;
  std::vector<double> millis{};
  absl::Duration cpu{};
};

GrpcTarget HealthTarget(int port) {
  return GrpcTarget(
      port, "/grpc.health.v1.Health/Check", [] { return ToByteBuffer(""); },
      [](const grpc::ByteBuffer& answer) {
        grpc::Slice slice;
        return answer.TrySingleSlice(&slice).ok() &&
               std::string(reinterpret_cast<const char*>(slice.begin()), slice.size()) == kServing;
      });
}

absl::Status StartOnce(const Setup& setup, const std::string& folder, Starts& starts) {
  const absl::Time begin = absl::Now();
  const absl::StatusOr<GrpcServer> server =
      StartOverFilled(setup.programs, folder, starts.data_dir);
  if (!server.ok()) return server.status();
  GrpcTarget health = HealthTarget(server->port);
  const absl::StatusOr<absl::Duration> answered = TimeOneCall(health);
  if (!answered.ok()) return answered.status();
  starts.millis.push_back(absl::ToDoubleMilliseconds(absl::Now() - begin));
  const absl::StatusOr<absl::Duration> cpu = CpuTimeOf(server->process->pid());
  if (!cpu.ok()) return cpu.status();
  starts.cpu += *cpu;
  return server->process->Stop(kStopTimeout).status();
}

}  // namespace

absl::StatusOr<Figure> MeasureStartScale(const Setup& setup) {
  const TempDirectory folder(setup.disk_folder);
  const absl::StatusOr<std::string> filled = FilledFolder(setup, kManyAccounts);
  if (!filled.ok()) return filled.status();
  Starts many{*filled};
  Starts none{folder.File("data")};
  // The first start of all makes keys and the empty store.
  for (Starts* starts : {&many, &none}) {
    Starts first{starts->data_dir};
    const absl::Status status = StartOnce(setup, folder.path(), first);
    if (!status.ok()) return status;
  }
  std::vector<double> ratios;
  for (int i = 0; i < kRounds; ++i) {
    absl::Status status = StartOnce(setup, folder.path(), many);
    if (status.ok()) status = StartOnce(setup, folder.path(), none);
    if (!status.ok()) return status;
    ratios.push_back(many.millis.back() / none.millis.back());
  }
  Figure figure;
  figure.name = "start_scale";
  figure.ratio = Median(many.millis) / kGoalMs;
  figure.goal = 1.0;
  figure.reached = figure.ratio < figure.goal;
  figure.cpu_us_per_call = absl::ToDoubleMicroseconds(many.cpu) / kRounds;
  figure.more = {{"start_ms_p50", Median(many.millis)},
                 {"goal_ms", kGoalMs},
                 {"empty_start_ms_p50", Median(none.millis)},
                 {"to_empty", Median(ratios)},
                 {"accounts", static_cast<double>(kManyAccounts)}};
  return figure;
}

}  // namespace credlink::bench
