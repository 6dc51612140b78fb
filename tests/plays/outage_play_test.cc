// LastPass is out for some time.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/accounts/account_factory.h"
#include "tests/plays/world.h"
#include "tests/simulator/directory.h"

namespace credlink {
namespace {

constexpr int kTenants = 5;

std::map<v1::Event::Type, int> CountEvents(World& world, const std::string& tenant) {
  std::map<v1::Event::Type, int> counts;
  for (const v1::Event& event : world.Events(tenant)) ++counts[event.type()];
  return counts;
}

std::vector<v1::Account> All(World& world, int tenants = kTenants) {
  std::vector<v1::Account> accounts;
  for (int i = 0; i < tenants; ++i) {
    for (v1::Account& account : world.List(absl::StrCat("tenant-", i))) {
      accounts.push_back(std::move(account));
    }
  }
  return accounts;
}

int CountUnhealthy(World& world, int tenants = kTenants) {
  int count = 0;
  for (const v1::Account& account : All(world, tenants)) {
    count += account.health() == v1::Account::HEALTH_UNHEALTHY ? 1 : 0;
  }
  return count;
}

// Every tenant was told of the outage's begin and end, in that order, once each.
void ExpectToldOnce(World& world, int tenants = kTenants) {
  for (int i = 0; i < tenants; ++i) {
    std::vector<v1::Event::Type> told;
    for (const v1::Event& event : world.Events(absl::StrCat("tenant-", i))) {
      if (event.type() != v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN &&
          event.type() != v1::Event::TYPE_UPSTREAM_OUTAGE_ENDED) {
        continue;
      }
      told.push_back(event.type());
      EXPECT_FALSE(event.has_account());
      EXPECT_EQ(event.actor(), "credlink");
    }
    EXPECT_EQ(told, (std::vector<v1::Event::Type>{v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN,
                                                  v1::Event::TYPE_UPSTREAM_OUTAGE_ENDED}));
  }
}

void ExpectAllWell(World& world, int accounts, int tenants = kTenants) {
  const std::vector<v1::Account> all = All(world, tenants);
  EXPECT_EQ(all.size(), static_cast<size_t>(accounts));
  for (const v1::Account& account : all) {
    EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY) << account.name();
    EXPECT_EQ(account.consecutive_failures(), 0) << account.name();
    EXPECT_FALSE(account.has_last_check_reason()) << account.name();
    EXPECT_FALSE(account.has_health_reason()) << account.name();
  }
}

class OutagePlay : public testing::TestWithParam<StoreKind> {
 protected:
  static WorldOptions Options() {
    WorldOptions options;
    options.store = GetParam();
    return options;
  }
};

TEST_P(OutagePlay, BadGatewayForTenMinutes) {
  World world(Options());
  world.LinkCompanies(0, 500, kTenants);
  world.clock().Advance(absl::Hours(8));  // now all are due
  simulator::Fault fault;
  fault.kind = simulator::Fault::kServerError;
  world.lastpass().SetFault(fault);
  world.Pass(absl::Minutes(10));
  int outage = 0;
  for (const v1::Account& account : All(world)) {
    EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY) << account.name();
    EXPECT_GE(account.consecutive_failures(), 3) << account.name();
    outage += account.last_check_reason().code() == v1::ERROR_REASON_UPSTREAM_OUTAGE ? 1 : 0;
  }
  EXPECT_EQ(outage, 500);
  world.lastpass().SetFault(absl::nullopt);
  world.Pass(absl::Hours(1));
  ExpectAllWell(world, 500);
  ExpectToldOnce(world);
  for (int i = 0; i < kTenants; ++i) {
    EXPECT_EQ(CountEvents(world, absl::StrCat("tenant-", i))[v1::Event::TYPE_HEALTH_CHANGED], 0);
  }
}

TEST_P(OutagePlay, LastPassRefusesEverybodyForTenMinutes) {
  World world(Options());
  world.LinkCompanies(0, 500, kTenants);
  world.clock().Advance(absl::Hours(8));
  simulator::Fault fault;
  fault.kind = simulator::Fault::kBody;
  fault.body = simulator::kAuthorizationError;
  world.lastpass().SetFault(fault);
  world.Pass(absl::Minutes(10));
  int believed = 0;
  for (const v1::Account& account : All(world)) {
    if (account.health() == v1::Account::HEALTH_UNHEALTHY) {
      ++believed;
      continue;
    }
    EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY);
    EXPECT_EQ(account.last_check_reason().code(), v1::ERROR_REASON_UPSTREAM_OUTAGE);
  }
  EXPECT_LT(believed, OutageBrakeOptions().min_failing);
  world.lastpass().SetFault(absl::nullopt);
  world.Pass(absl::Hours(1));
  ExpectAllWell(world, 500);
  ExpectToldOnce(world);
  int changes = 0;
  for (int i = 0; i < kTenants; ++i) {
    changes += CountEvents(world, absl::StrCat("tenant-", i))[v1::Event::TYPE_HEALTH_CHANGED];
  }
  EXPECT_EQ(changes, 2 * believed);
}

TEST_P(OutagePlay, LastPassNeverAnswers) {
  WorldOptions options = Options();
  options.max_probe_time = absl::Seconds(1);
  options.accounts.monitor.max_concurrent = 40;
  World world(options);
  world.LinkCompanies(0, 40, kTenants);
  world.clock().Advance(absl::Hours(8));
  simulator::Fault fault;
  fault.kind = simulator::Fault::kHang;
  world.lastpass().SetFault(fault);
  world.Pass(absl::Minutes(3), absl::Minutes(1));  // seldom: each time takes a second
  for (const v1::Account& account : All(world)) {
    EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY);
    EXPECT_GE(account.consecutive_failures(), 1);
    EXPECT_TRUE(account.has_last_check_reason());
  }
  world.lastpass().SetFault(absl::nullopt);
  // Its answer must come within a second now; what is late is asked again.
  world.Pass(absl::Hours(1));
  ExpectAllWell(world, 40);
  ExpectToldOnce(world);
}

// A restart in the middle of an outage neither ends it nor tells of it anew.
TEST_P(OutagePlay, ItGoesOnAfterARestart) {
  WorldOptions options = Options();
  options.real_lastpass = false;
  World world(options);
  world.LinkCompanies(0, 40, kTenants);
  world.clock().Advance(absl::Hours(8));
  world.fake().SetAnswer([](const ProviderCredentials&) {
    return FakeProvider::Not(v1::Verdict::OUTCOME_INVALID, v1::ERROR_REASON_CREDENTIALS_REJECTED);
  });
  world.Pass(absl::Minutes(20), absl::Seconds(30));
  const int believed = CountUnhealthy(world);
  EXPECT_LT(believed, OutageBrakeOptions().min_failing);
  world.Restart();
  world.Pass(absl::Hours(1), absl::Seconds(30));
  EXPECT_EQ(CountUnhealthy(world), believed);
  world.fake().SetAnswer([](const ProviderCredentials&) { return FakeProvider::Valid(); });
  world.Restart();
  world.Pass(absl::Hours(8), absl::Minutes(1));
  ExpectAllWell(world, 40);
  ExpectToldOnce(world);
}

// A tenant whose accounts all work again while others still fail is next checked hours later.
TEST_P(OutagePlay, WhoWorksAgainFirstIsToldOfTheEndWithTheOthers) {
  WorldOptions options = Options();
  options.real_lastpass = false;
  World world(options);
  world.LinkCompanies(0, 40, kTenants);
  world.clock().Advance(absl::Hours(8));
  const auto fail_where = [&world](std::function<bool(int)> fails) {
    world.fake().SetAnswer([fails](const ProviderCredentials& credentials) {
      int number = 0;
      while (World::Cid(number) != credentials.account_number) ++number;
      return fails(number) ? FakeProvider::Not(v1::Verdict::OUTCOME_INDETERMINATE,
                                               v1::ERROR_REASON_UPSTREAM_UNAVAILABLE)
                           : FakeProvider::Valid();
    });
  };
  fail_where([](int) { return true; });
  world.Pass(absl::Minutes(20), absl::Seconds(30));
  fail_where([](int number) { return number % kTenants != 0; });
  world.Pass(absl::Minutes(40), absl::Seconds(30));
  for (const v1::Account& account : world.List("tenant-0")) {
    EXPECT_EQ(account.consecutive_failures(), 0) << account.name();
  }
  EXPECT_EQ(CountEvents(world, "tenant-0")[v1::Event::TYPE_UPSTREAM_OUTAGE_ENDED], 0);
  fail_where([](int) { return false; });
  world.Pass(absl::Minutes(40), absl::Seconds(30));
  ExpectAllWell(world, 40);
  ExpectToldOnce(world);
}

INSTANTIATE_TEST_SUITE_P(Stores, OutagePlay,
                         testing::Values(StoreKind::kMemory, StoreKind::kSqlite));

// Thirty companies of two tenants, all due.
class LongOutagePlay : public testing::Test {
 protected:
  LongOutagePlay() {
    world_.LinkCompanies(0, 30, 2);
    world_.clock().Advance(absl::Hours(8));
  }

  static WorldOptions Options() {
    WorldOptions options;
    options.real_lastpass = false;
    return options;
  }
  void AnswerFor(absl::Duration time, absl::Duration step, v1::Verdict::Outcome outcome,
                 v1::ErrorReason reason) {
    world_.fake().SetAnswer(
        [=](const ProviderCredentials&) { return FakeProvider::Not(outcome, reason); });
    world_.Pass(time, step);
  }
  void ExpectThatItsEndIsNoticedSoon() {
    world_.fake().SetAnswer([](const ProviderCredentials&) { return FakeProvider::Valid(); });
    world_.Pass(absl::Minutes(40), absl::Seconds(30));
    ExpectAllWell(world_, 30, 2);
    ExpectToldOnce(world_, 2);
  }

  World world_{Options()};
};

// Retries become rare, and so whole windows pass without any check; the outage goes on.
TEST_F(LongOutagePlay, IsOneOutage) {
  AnswerFor(absl::Hours(12), absl::Seconds(30), v1::Verdict::OUTCOME_INVALID,
            v1::ERROR_REASON_CREDENTIALS_REJECTED);
  EXPECT_LT(CountUnhealthy(world_, 2), OutageBrakeOptions().min_failing);
  ExpectThatItsEndIsNoticedSoon();
}

// Nobody is told that it is over until it is.
TEST_F(LongOutagePlay, AWeekendIsOneOutage) {
  AnswerFor(absl::Hours(60), absl::Minutes(1), v1::Verdict::OUTCOME_INDETERMINATE,
            v1::ERROR_REASON_UPSTREAM_UNAVAILABLE);
  for (int tenant = 0; tenant < 2; ++tenant) {
    std::map<v1::Event::Type, int> counts = CountEvents(world_, absl::StrCat("tenant-", tenant));
    EXPECT_EQ(counts[v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN], 1);
    EXPECT_EQ(counts[v1::Event::TYPE_UPSTREAM_OUTAGE_ENDED], 0);
  }
  ExpectThatItsEndIsNoticedSoon();
}

// Days have passed, so that the checks of a hundred companies are spread over six hours: four
// minutes lie between two of them.
TEST(QuietOutagePlay, LastPassRefusesEverybodyForSevenHours) {
  WorldOptions options;
  options.real_lastpass = false;
  World world(options);
  world.LinkCompanies(0, 100, kTenants);
  world.Pass(absl::Hours(24 * 3), absl::Minutes(1));
  world.fake().SetAnswer([](const ProviderCredentials&) {
    return FakeProvider::Not(v1::Verdict::OUTCOME_INVALID, v1::ERROR_REASON_CREDENTIALS_REJECTED);
  });
  world.Pass(absl::Hours(7), absl::Minutes(1));
  EXPECT_LT(CountUnhealthy(world), OutageBrakeOptions().min_failing);
  world.fake().SetAnswer([](const ProviderCredentials&) { return FakeProvider::Valid(); });
  world.Pass(absl::Hours(8), absl::Minutes(1));
  ExpectAllWell(world, 100);
  ExpectToldOnce(world);
}

// Ten companies have trouble of their own, and are tried again every few minutes.
TEST(QuietOutagePlay, TroubleOfAFewIsNone) {
  WorldOptions options;
  options.real_lastpass = false;
  World world(options);
  world.LinkCompanies(0, 100, kTenants);
  world.Pass(absl::Hours(24), absl::Minutes(1));
  world.fake().SetAnswer([](const ProviderCredentials& credentials) {
    return credentials.account_number < World::Cid(10)
               ? FakeProvider::Not(v1::Verdict::OUTCOME_INDETERMINATE,
                                   v1::ERROR_REASON_UPSTREAM_UNAVAILABLE)
               : FakeProvider::Valid();
  });
  world.Pass(absl::Hours(24), absl::Seconds(30));
  for (int i = 0; i < kTenants; ++i) {
    EXPECT_EQ(CountEvents(world, absl::StrCat("tenant-", i))[v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN],
              0);
  }
}

// A fifth of all companies resets its hash at the same time: that is no outage.
class ManyResetsPlay : public OutagePlay {};

TEST_P(ManyResetsPlay, ExactlyTheseBecomeUnhealthy) {
  World world(Options());
  const std::vector<std::string> names = world.LinkCompanies(0, 500, kTenants);
  for (int i = 0; i < 500; i += 5) world.ResetHash(i + i / 5 % 5);  // of every tenant
  world.Pass(absl::Hours(7.2) + absl::Minutes(1), absl::Minutes(1));
  EXPECT_EQ(world.provider().probes().size(), 500u + 500u);  // linked, and checked once
  std::map<std::string, int> changes;
  for (int i = 0; i < kTenants; ++i) {
    for (const v1::Event& event : world.Events(absl::StrCat("tenant-", i))) {
      EXPECT_NE(event.type(), v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN);
      EXPECT_NE(event.type(), v1::Event::TYPE_UPSTREAM_OUTAGE_ENDED);
      changes[event.account().name()] += event.type() == v1::Event::TYPE_HEALTH_CHANGED ? 1 : 0;
    }
  }
  for (int i = 0; i < 500; ++i) {
    const bool reset = i == i / 5 * 5 + i / 5 % 5;
    const v1::Account account = world.Get(names[i]);
    EXPECT_EQ(account.health(), reset ? v1::Account::HEALTH_UNHEALTHY : v1::Account::HEALTH_HEALTHY)
        << i;
    EXPECT_EQ(account.consecutive_failures(), reset ? 1 : 0) << i;
    EXPECT_EQ(changes[names[i]], reset ? 1 : 0) << i;
  }
  world.Rotate(names[0], 0, 1);
  EXPECT_EQ(world.Get(names[0]).health(), v1::Account::HEALTH_HEALTHY);
  EXPECT_FALSE(world.Get(names[0]).has_health_reason());
}

INSTANTIATE_TEST_SUITE_P(Stores, ManyResetsPlay,
                         testing::Values(StoreKind::kMemory, StoreKind::kSqlite));

}  // namespace
}  // namespace credlink
