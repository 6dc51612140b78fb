// bridge, list and link: how many calls a second, against a baseline.
#include <fstream>

#include "tests/bench/api.h"
#include "tests/bench/compare.h"
#include "tests/bench/figures.h"
#include "tests/store/temp_directory.h"

namespace credlink::bench {
namespace {

constexpr int kListedAccounts = 100;

}  // namespace

absl::StatusOr<Figure> MeasureBridge(const Setup& setup) {
  const TempDirectory folder(setup.disk_folder);
  const absl::StatusOr<GrpcServer> bare = StartBenchServer(setup.programs, folder.path(), "bare");
  if (!bare.ok()) return bare.status();
  const absl::StatusOr<GrpcServer> bridge =
      StartBenchServer(setup.programs, folder.path(), "bridge");
  if (!bridge.ok()) return bridge.status();
  const auto subject = NoOpTarget(bridge->port);
  const auto baseline = NoOpTarget(bare->port);
  return CompareRates("bridge", 0.9, {*subject, bridge->process->pid()},
                      {*baseline, bare->process->pid()});
}

absl::StatusOr<Figure> MeasureList(const Setup& setup) {
  const TempDirectory folder(setup.disk_folder);
  const absl::StatusOr<SimulatorServer> simulator = StartSimulator(setup.programs, folder.path());
  if (!simulator.ok()) return simulator.status();
  const absl::StatusOr<GrpcServer> credlinkd =
      StartCredlinkd(setup.programs, folder.path(), folder.File("data"), *simulator);
  if (!credlinkd.ok()) return credlinkd.status();
  const absl::Status linked = LinkSome(credlinkd->port, *simulator, kListedAccounts);
  if (!linked.ok()) return linked;
  const absl::StatusOr<std::string> answer = ListOnce(credlinkd->port);
  if (!answer.ok()) return answer.status();

  const std::string answer_file = folder.File("answer");
  std::ofstream(answer_file, std::ios::binary) << *answer;
  const absl::StatusOr<GrpcServer> fixed =
      StartBenchServer(setup.programs, folder.path(), "list-baseline", answer_file);
  if (!fixed.ok()) return fixed.status();
  const auto subject = ListTarget(credlinkd->port, answer->size());
  const auto baseline = ListTarget(fixed->port, answer->size());
  absl::StatusOr<Figure> figure = CompareRates("list", 0.25, {*subject, credlinkd->process->pid()},
                                               {*baseline, fixed->process->pid()});
  if (figure.ok()) figure->more.emplace_back("answer_bytes", answer->size());
  return figure;
}

absl::StatusOr<Figure> MeasureLink(const Setup& setup) {
  const TempDirectory folder(setup.disk_folder);
  const absl::StatusOr<SimulatorServer> simulator = StartSimulator(setup.programs, folder.path());
  if (!simulator.ok()) return simulator.status();
  const absl::StatusOr<GrpcServer> credlinkd =
      StartCredlinkd(setup.programs, folder.path(), folder.File("data"), *simulator);
  if (!credlinkd.ok()) return credlinkd.status();
  const auto subject = LinkTarget(credlinkd->port, *simulator, "owner");
  const auto baseline = ProbeTarget(*simulator);
  return CompareRates("link", 0.5, {*subject, credlinkd->process->pid()}, {*baseline});
}

}  // namespace credlink::bench
