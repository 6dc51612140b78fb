// Days of checks.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/plays/world.h"

namespace credlink {
namespace {

class SchedulePlay : public testing::TestWithParam<StoreKind> {
 protected:
  static WorldOptions Options() {
    WorldOptions options;
    options.store = GetParam();
    options.real_lastpass = false;
    return options;
  }
};

// How many of the probes fell into each span, by its number since `start`.
std::map<int64_t, int> Spread(const std::vector<CountedProbe>& probes, absl::Time start,
                              absl::Duration span) {
  std::map<int64_t, int> counts;
  for (const CountedProbe& probe : probes) ++counts[(probe.time - start) / span];
  return counts;
}

int Most(const std::map<int64_t, int>& counts) {
  int most = 0;
  for (const auto& [span, count] : counts) most = std::max(most, count);
  return most;
}

TEST_P(SchedulePlay, SevenDaysWithARestart) {
  const int accounts = GetParam() == StoreKind::kMemory ? 200 : 40;
  const absl::Duration step = absl::Minutes(GetParam() == StoreKind::kMemory ? 1 : 10);
  World world(Options());
  world.LinkCompanies(0, accounts, 4);
  world.provider().Reset();
  const absl::Time start = world.clock().Now();
  world.Pass(absl::Hours(24 * 3), step);

  // Nothing is forgotten, and nothing is checked again because of it.
  const size_t before = world.provider().probes().size();
  world.Restart();
  world.RunDue();
  EXPECT_EQ(world.provider().probes().size(), before);
  world.Pass(absl::Hours(24 * 4), step);

  const std::vector<CountedProbe> probes = world.provider().probes();
  std::map<std::string, int> of_company;
  for (const CountedProbe& probe : probes) ++of_company[probe.account_number];
  EXPECT_EQ(of_company.size(), static_cast<size_t>(accounts));
  for (const auto& [company, count] : of_company) {
    EXPECT_GE(count, 28 * 0.8) << company;
    EXPECT_LE(count, 28 * 1.2) << company;
  }
  // All were linked at the same moment. The first checks are spread over 4.8 to 7.2 hours; later on
  // nothing is left of the common start.
  EXPECT_LE(Most(Spread(probes, start, absl::Minutes(1))), 16);
  std::vector<CountedProbe> last_day;
  for (const CountedProbe& probe : probes) {
    if (probe.time >= start + absl::Hours(24 * 6)) last_day.push_back(probe);
  }
  const double mean = accounts * 4 / 24.0;
  EXPECT_LE(Most(Spread(last_day, start, absl::Hours(1))), 3 * mean + 3);
}

TEST_P(SchedulePlay, FailingAccountsAreCheckedEverLess) {
  World world(Options());
  world.LinkCompanies(0, 3, 1);
  world.provider().Reset();
  world.fake().SetAnswer([](const ProviderCredentials& credentials) {
    if (credentials.account_number == World::Cid(1)) {
      return FakeProvider::Not(v1::Verdict::OUTCOME_INVALID, v1::ERROR_REASON_CREDENTIALS_REJECTED);
    }
    if (credentials.account_number == World::Cid(2)) {
      return FakeProvider::Not(v1::Verdict::OUTCOME_INDETERMINATE,
                               v1::ERROR_REASON_UPSTREAM_UNAVAILABLE);
    }
    return FakeProvider::Valid();
  });
  world.Pass(absl::Hours(24 * 3), absl::Seconds(30));
  const auto expect_pauses = [&world](int company, const std::vector<absl::Duration>& pauses) {
    const std::vector<absl::Time> times = world.provider().Of(World::Cid(company));
    ASSERT_GT(times.size(), pauses.size());
    for (size_t i = 0; i < pauses.size(); ++i) {
      EXPECT_GE(times[i + 1] - times[i], pauses[i] * 0.8) << i;
      EXPECT_LE(times[i + 1] - times[i], pauses[i] * 1.2 + absl::Seconds(30)) << i;
    }
  };
  const absl::Duration hour = absl::Hours(1);
  const absl::Duration minute = absl::Minutes(1);
  expect_pauses(0, {6 * hour, 6 * hour, 6 * hour, 6 * hour});
  expect_pauses(1, {6 * hour, 12 * hour, 24 * hour});
  expect_pauses(2, {minute, 2 * minute, 4 * minute, 8 * minute, 16 * minute, 32 * minute,
                    64 * minute, 128 * minute, 256 * minute, 6 * hour, 6 * hour});
}

// What could not be told before it was refused does not count against it.
TEST_P(SchedulePlay, ARefusedAccountIsCheckedAgainAfterOneInterval) {
  World world(Options());
  world.LinkCompanies(0, 1, 1);
  world.fake().SetAnswer([](const ProviderCredentials&) {
    return FakeProvider::Not(v1::Verdict::OUTCOME_INDETERMINATE,
                             v1::ERROR_REASON_UPSTREAM_UNAVAILABLE);
  });
  world.Pass(absl::Hours(8), absl::Seconds(30));
  world.fake().SetAnswer([](const ProviderCredentials&) {
    return FakeProvider::Not(v1::Verdict::OUTCOME_INVALID, v1::ERROR_REASON_CREDENTIALS_REJECTED);
  });
  world.provider().Reset();
  world.Pass(absl::Hours(24), absl::Minutes(1));
  const std::vector<absl::Time> times = world.provider().Of(World::Cid(0));
  ASSERT_GE(times.size(), 2u);
  EXPECT_GE(times[1] - times[0], absl::Hours(6) * 0.8);
  EXPECT_LE(times[1] - times[0], absl::Hours(6) * 1.2 + absl::Minutes(1));
}

TEST_P(SchedulePlay, KeepsToItsRateAndConcurrency) {
  WorldOptions options = Options();
  options.accounts.monitor.max_per_second = 7;
  options.accounts.monitor.max_concurrent = 3;
  World world(options);
  world.LinkCompanies(0, 200, 5);
  world.clock().Advance(absl::Hours(8));  // all are due
  world.provider().Reset();
  const absl::Time start = world.clock().Now();
  world.Pass(absl::Minutes(1), absl::ZeroDuration());
  const std::vector<CountedProbe> probes = world.provider().probes();
  EXPECT_EQ(probes.size(), 200u);
  EXPECT_LE(world.provider().most_at_once(), 3);
  for (size_t i = 0; i < probes.size(); ++i) {
    for (size_t j = i; j < probes.size(); ++j) {
      const double seconds = absl::ToDoubleSeconds(probes[j].time - probes[i].time);
      ASSERT_LE(static_cast<double>(j - i + 1), 7 + 7 * seconds + 1e-6) << i << " to " << j;
    }
  }
  EXPECT_LE(probes.back().time - start, absl::Seconds(200 / 7.0 + 1));
}

TEST_P(SchedulePlay, ABigTenantDoesNotDelayASmallOne) {
  World world(Options());
  world.LinkCompanies(0, 1500, 1);  // tenant-0
  for (int i = 0; i < 5; ++i) world.LinkCompany("tiny", 10'000 + i);
  world.clock().Advance(absl::Hours(8));
  world.provider().Reset();
  world.RunDue();
  // The clock stands still: these are one second's, in whatever order they got to ask.
  const std::vector<CountedProbe> probes = world.provider().probes();
  EXPECT_EQ(probes.size(), MonitorOptions().max_per_second);
  const auto tiny = [](const CountedProbe& probe) {
    return probe.account_number >= World::Cid(10'000);
  };
  EXPECT_EQ(std::count_if(probes.begin(), probes.end(), tiny), 5);
}

INSTANTIATE_TEST_SUITE_P(Stores, SchedulePlay,
                         testing::Values(StoreKind::kMemory, StoreKind::kSqlite));

}  // namespace
}  // namespace credlink
