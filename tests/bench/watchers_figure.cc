// watchers: what a thousand watchers take from linking.
#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/bench/api.h"
#include "tests/bench/compare.h"
#include "tests/bench/figures.h"
#include "tests/bench/watchers.h"
#include "tests/store/temp_directory.h"

namespace credlink::bench {
namespace {

constexpr double kGoal = 0.9;
constexpr int kWatchers = 1000;
constexpr int kTenants = 250;
constexpr absl::Duration kBeginTimeout = absl::Seconds(20);

// The tenant that is linked into and many idle ones, with as many watchers each.
std::vector<std::string> SpreadTenants() {
  std::vector<std::string> tenants;
  for (int i = 0; i < kWatchers; ++i) {
    const int number = i % kTenants;
    tenants.push_back(number == 0 ? kTenant : absl::StrCat("tenants/idle-", number));
  }
  return tenants;
}

absl::StatusOr<Figure> Compare(const Setup& setup, const std::vector<std::string>& tenants) {
  const TempDirectory folder(setup.disk_folder);
  const TempDirectory quiet_folder(setup.disk_folder);
  const absl::StatusOr<SimulatorServer> simulator = StartSimulator(setup.programs, folder.path());
  if (!simulator.ok()) return simulator.status();
  const absl::StatusOr<GrpcServer> watched =
      StartCredlinkd(setup.programs, folder.path(), folder.File("data"), *simulator);
  if (!watched.ok()) return watched.status();
  const absl::StatusOr<GrpcServer> quiet =
      StartCredlinkd(setup.programs, quiet_folder.path(), quiet_folder.File("data"), *simulator);
  if (!quiet.ok()) return quiet.status();
  Watchers watchers(watched->port, tenants);
  absl::Status status = watchers.WaitUntilWatching(kBeginTimeout);
  if (!status.ok()) return status;

  const auto subject = LinkTarget(watched->port, *simulator, "owner");
  const auto baseline = LinkTarget(quiet->port, *simulator, "owner");
  absl::Duration behind;
  const auto settle = [&] {
    const absl::Time start = absl::Now();
    watchers.WaitUntilQuiet();
    behind = std::max(behind, absl::Now() - start);
  };
  absl::StatusOr<Figure> figure =
      CompareRates("watchers", kGoal, {*subject, watched->process->pid()},
                   {*baseline, quiet->process->pid()}, settle);
  if (!figure.ok()) return figure.status();
  status = watchers.StillWatching();
  if (!status.ok()) return status;
  figure->more.emplace_back("responses", static_cast<double>(watchers.responses()));
  figure->more.emplace_back("settled_s_max", absl::ToDoubleSeconds(behind));
  return figure;
}

}  // namespace

absl::StatusOr<Figure> MeasureWatchers(const Setup& setup) {
  absl::StatusOr<Figure> spread = Compare(setup, SpreadTenants());
  if (!spread.ok()) return spread.status();
  const std::vector<std::string> same_tenant(kWatchers, kTenant);
  const absl::StatusOr<Figure> same = Compare(setup, same_tenant);
  if (!same.ok()) return same.status();
  spread->more.emplace_back("watchers", kWatchers);
  spread->more.emplace_back("same_tenant_ratio", same->ratio);
  for (const auto& [key, value] : same->more) {
    spread->more.emplace_back(absl::StrCat("same_tenant_", key), value);
  }
  return spread;
}

}  // namespace credlink::bench
