// LastPass has one live hash per company: a proof of one makes others suspect.
#include "server/accounts/reset_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/accounts/account_factory.h"
#include "tests/rpc/account_calls.h"

namespace credlink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

template <typename Names>
std::vector<std::string> ListOf(const Names& names) {
  return {names.begin(), names.end()};
}

class ResetRuleTest : public testing::Test {
 protected:
  ResetRuleTest() { AcceptAll(server_); }

  // Links one more account, a minute after what was before.
  std::string LinkLater(const Linking& linking) {
    server_.clock().Advance(absl::Minutes(1));
    return MustLink(server_, linking);
  }

  Answer<v1::LinkAccountResponse> LinkAnswer(const std::string& owner, const std::string& hash) {
    server_.clock().Advance(absl::Minutes(1));
    v1::LinkAccountRequest request = TestServer::GoodRequest();
    request.mutable_owner()->set_id(owner);
    request.mutable_credentials()->mutable_lastpass()->set_provisioning_hash(hash);
    return Send(server_, request);
  }

  void ExpectSuspectAndDue(const std::string& name) {
    const v1::Account account = Get(server_, name);
    EXPECT_EQ(account.health(), v1::Account::HEALTH_SUSPECT) << name;
    EXPECT_EQ(account.health_reason().code(), v1::ERROR_REASON_HASH_PROBABLY_RESET);
    EXPECT_FALSE(account.health_reason().message().empty());
    EXPECT_FALSE(account.health_reason().next_step().action().empty());
    EXPECT_LE(Stored(server_, name).check_due, server_.clock().Now());
  }

  void Check(const std::string& name) {
    server_.clock().Advance(absl::Minutes(1));
    ASSERT_TRUE(Send(server_, For<v1::CheckAccountRequest>(name)).ok());
  }

  TestServer server_;
};

TEST_F(ResetRuleTest, LinkingAnotherHashMakesTheOlderOneSuspect) {
  const std::string old = LinkLater({.id = "old"});
  const std::string same = LinkLater({.id = "same", .hash = "hash-2", .number = "7654321"});
  const std::string etag = Get(server_, old).etag();
  const auto linked = LinkAnswer("new", "hash-2");
  EXPECT_THAT(ListOf(linked.response.suspect_accounts()), ElementsAre(old));
  ExpectSuspectAndDue(old);
  EXPECT_NE(Get(server_, old).etag(), etag);
  EXPECT_EQ(Get(server_, same).health(), v1::Account::HEALTH_HEALTHY) << "of another company";
  EXPECT_EQ(linked.response.account().health(), v1::Account::HEALTH_HEALTHY);
  const std::vector<v1::Event> events = EventsOf(server_, v1::Event::TYPE_HEALTH_CHANGED);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].account().name(), old);
  EXPECT_EQ(events[0].actor(), "local");
}

TEST_F(ResetRuleTest, ATrialNamesWhoWouldBecomeSuspect) {
  const std::string old = LinkLater({.id = "old"});
  const std::string before = EverythingOf(server_, old);
  server_.clock().Advance(absl::Minutes(1));
  v1::LinkAccountRequest trial = TestServer::GoodRequest();
  trial.set_validate_only(true);
  const auto tried = Send(server_, trial);
  ASSERT_TRUE(tried.ok()) << tried.reason();
  EXPECT_THAT(ListOf(tried.response.suspect_accounts()), ElementsAre(old));
  EXPECT_EQ(tried.response.account().name(), "");
  EXPECT_EQ(EverythingOf(server_, old), before);
}

TEST_F(ResetRuleTest, LinkingTheSameHashSaysNothing) {
  const std::string old = LinkLater({.id = "old"});
  EXPECT_THAT(ListOf(LinkAnswer("new", "hash-1").response.suspect_accounts()), IsEmpty());
  EXPECT_EQ(Get(server_, old).health(), v1::Account::HEALTH_HEALTHY);
  EXPECT_GT(Stored(server_, old).check_due, server_.clock().Now());
}

TEST_F(ResetRuleTest, RotatingMakesTheOthersSuspect) {
  const std::string a = LinkLater({.id = "a"});
  const std::string b = LinkLater({.id = "b"});
  const std::string c = LinkLater({.id = "c"});
  server_.clock().Advance(absl::Minutes(1));
  auto trial = RotationTo(a, "hash-2");
  trial.set_validate_only(true);
  EXPECT_THAT(ListOf(Send(server_, trial).response.suspect_accounts()), UnorderedElementsAre(b, c));
  EXPECT_EQ(Get(server_, b).health(), v1::Account::HEALTH_HEALTHY);

  EXPECT_THAT(ListOf(Send(server_, RotationTo(a, "hash-2")).response.suspect_accounts()),
              UnorderedElementsAre(b, c));
  ExpectSuspectAndDue(b);
  ExpectSuspectAndDue(c);
  EXPECT_EQ(EventsOf(server_, v1::Event::TYPE_HEALTH_CHANGED).size(), 2u);

  // Going back proves the hash that the others hold.
  server_.clock().Advance(absl::Minutes(1));
  const auto back = Send(server_, For<v1::RollbackCredentialsRequest>(a));
  EXPECT_THAT(ListOf(back.response.suspect_accounts()), IsEmpty());
}

TEST_F(ResetRuleTest, RollingBackMakesTheOthersSuspect) {
  const std::string a = LinkLater({.id = "a"});
  server_.clock().Advance(absl::Minutes(1));
  Send(server_, RotationTo(a, "hash-2"));
  const std::string b = LinkLater({.id = "b", .hash = "hash-2"});
  server_.clock().Advance(absl::Minutes(1));
  const auto back = Send(server_, For<v1::RollbackCredentialsRequest>(a));
  EXPECT_THAT(ListOf(back.response.suspect_accounts()), ElementsAre(b));
  ExpectSuspectAndDue(b);
}

TEST_F(ResetRuleTest, ACheckTellsOfThoseThatAreLeft) {
  std::set<std::string> all;
  for (int i = 0; i < kMaxSuspects + 5; ++i) {
    all.insert(MustLink(server_, {.id = "a" + std::to_string(i)}));
  }
  const auto linked = LinkAnswer("new", "hash-2");
  EXPECT_EQ(linked.response.suspect_accounts_size(), kMaxSuspects);
  auto healthy = [&] {
    std::set<std::string> names;
    for (const std::string& name : all) {
      if (Get(server_, name).health() == v1::Account::HEALTH_HEALTHY) names.insert(name);
    }
    return names;
  };
  const std::set<std::string> left = healthy();
  EXPECT_EQ(left.size(), 5u);
  const auto checked =
      Send(server_, For<v1::CheckAccountRequest>(linked.response.account().name()));
  EXPECT_EQ(checked.response.suspect_accounts_size(), kMaxSuspects);
  const std::vector<std::string> told = ListOf(checked.response.suspect_accounts());
  for (const std::string& name : left) {
    EXPECT_THAT(told, testing::Contains(name));
    ExpectSuspectAndDue(name);
  }
  EXPECT_THAT(healthy(), IsEmpty());
  EXPECT_EQ(EventsOf(server_, v1::Event::TYPE_HEALTH_CHANGED).size(), all.size());
}

TEST_F(ResetRuleTest, AnotherTenantsAreCheckedWithoutAWord) {
  const std::string foreign = LinkLater({.id = "foreign", .tenant = "umbrella"});
  const std::string suspended = LinkLater({.id = "idle", .tenant = "umbrella"});
  Send(server_, For<v1::SuspendAccountRequest>(suspended));
  const absl::Time idle_due = Stored(server_, suspended).check_due;
  const std::string dead = LinkLater({.id = "dead", .hash = "hash-0", .tenant = "hooli"});
  Refuse(server_, {"hash-0"});
  Check(dead);
  const std::string dead_before = EverythingOf(server_, dead);
  const v1::Account before = Get(server_, foreign);
  const size_t events = EventsOf(server_, "umbrella").size();
  const auto linked = LinkAnswer("new", "hash-2");
  EXPECT_THAT(ListOf(linked.response.suspect_accounts()), IsEmpty());
  EXPECT_EQ(Get(server_, foreign).SerializeAsString(), before.SerializeAsString());
  EXPECT_LE(Stored(server_, foreign).check_due, server_.clock().Now());
  EXPECT_EQ(Stored(server_, suspended).check_due, idle_due);
  EXPECT_EQ(EverythingOf(server_, dead), dead_before) << "it is known to be refused";
  EXPECT_EQ(EventsOf(server_, "umbrella").size(), events);
  EXPECT_EQ(EventsOf(server_, "acme").size(), 1u);
}

// LastPass says VALID to a check's hash; the hash is reset before the answer is here.
TEST_F(ResetRuleTest, AnAnswerFromBeforeTheResetDoesNotCount) {
  const std::string old = LinkLater({.id = "old"});
  server_.provider().HoldNext();
  std::thread check([&] {
    const auto checked = Send(server_, For<v1::CheckAccountRequest>(old));
    EXPECT_EQ(checked.response.verdict().outcome(), v1::Verdict::OUTCOME_INVALID)
        << checked.reason();
    EXPECT_EQ(checked.response.account().health(), v1::Account::HEALTH_UNHEALTHY);
  });
  server_.provider().WaitForProbes(2);
  Refuse(server_, {"hash-1"});
  EXPECT_THAT(ListOf(LinkAnswer("new", "hash-2").response.suspect_accounts()), ElementsAre(old));
  server_.provider().Release();
  check.join();
  EXPECT_EQ(Get(server_, old).health(), v1::Account::HEALTH_UNHEALTHY);
  EXPECT_EQ(server_.provider().probes(), 4);
}

// The same in another tenant, where a check is due already or is not yet.
TEST_F(ResetRuleTest, ACheckUnderWayElsewhereIsFollowedByAnother) {
  for (const absl::Duration later : {absl::Minutes(1), absl::Hours(12)}) {
    SCOPED_TRACE(later);
    const std::string id = absl::StrCat("f", absl::ToInt64Hours(later));
    const std::string foreign = LinkLater({.id = id, .number = id, .tenant = "umbrella"});
    server_.clock().Advance(later);
    const int probes = server_.provider().probes();
    server_.provider().HoldNext();
    std::thread check(
        [&] { EXPECT_TRUE(Send(server_, For<v1::CheckAccountRequest>(foreign)).ok()); });
    server_.provider().WaitForProbes(probes + 1);
    LinkLater({.id = id, .hash = "hash-2", .number = id});
    const absl::Time reset = server_.clock().Now();
    server_.clock().Advance(absl::Minutes(1));
    server_.provider().Release();
    check.join();
    EXPECT_EQ(FromProto(Get(server_, foreign).last_check_time()), server_.clock().Now());
    EXPECT_LE(Stored(server_, foreign).check_due, reset);
  }
}

// The monitor looks at all tenants then.
TEST(CheckDueTest, IsToldOnlyWhenThereIsSomethingToCheck) {
  std::atomic<int> rings = 0;
  AccountOptions options;
  options.on_check_due = [&rings] { ++rings; };
  TestServer server(1000, {}, options);
  AcceptAll(server);
  const std::string a = MustLink(server);
  Send(server, For<v1::CheckAccountRequest>(a));
  EXPECT_EQ(rings, 0) << "nobody else has this number";
  MustLink(server, {.tenant = "umbrella"});
  EXPECT_EQ(rings, 0) << "the same hash";
  server.clock().Advance(absl::Minutes(1));
  Send(server, RotationTo(a, "hash-2"));
  EXPECT_EQ(rings, 1) << "a sibling elsewhere is to be checked";
  Send(server, For<v1::SuspendAccountRequest>(a));
  EXPECT_EQ(rings, 1);
  Send(server, For<v1::ResumeAccountRequest>(a));
  EXPECT_EQ(rings, 2) << "who comes back is to be checked";
}

TEST_F(ResetRuleTest, TwoHashesThatBothWorkComeToRest) {
  const std::string a = LinkLater({.id = "a"});
  const std::string b = LinkLater({.id = "b", .hash = "hash-2"});
  ExpectSuspectAndDue(a);
  for (int round = 0; round < 3; ++round) {
    Check(a);
    Check(b);
    EXPECT_EQ(Get(server_, a).health(), v1::Account::HEALTH_HEALTHY);
    EXPECT_EQ(Get(server_, b).health(), v1::Account::HEALTH_HEALTHY);
  }
  EXPECT_EQ(EventsOf(server_, v1::Event::TYPE_HEALTH_CHANGED).size(), 2u)
      << "suspect, and healthy again";
}

TEST_F(ResetRuleTest, ASuspectThatFailsIsUnhealthy) {
  const std::string a = LinkLater({.id = "a"});
  LinkLater({.id = "b", .hash = "hash-2"});
  AnswerNothingUseful(server_);
  Check(a);
  EXPECT_EQ(Get(server_, a).health(), v1::Account::HEALTH_SUSPECT) << "nothing is proven yet";
  Refuse(server_, {"hash-1"});
  Check(a);
  EXPECT_EQ(Get(server_, a).health(), v1::Account::HEALTH_UNHEALTHY);
  EXPECT_EQ(Get(server_, a).health_reason().code(), v1::ERROR_REASON_CREDENTIALS_REJECTED);
}

TEST_F(ResetRuleTest, DeletedAndUnhealthyOnesAreLeftAlone) {
  const std::string deleted = LinkLater({.id = "deleted"});
  const std::string unhealthy = LinkLater({.id = "unhealthy"});
  Send(server_, For<v1::DeleteAccountRequest>(deleted));
  Refuse(server_, {"hash-1"});
  Check(unhealthy);
  ASSERT_EQ(Get(server_, unhealthy).health(), v1::Account::HEALTH_UNHEALTHY);
  const AccountRecord deleted_before = Stored(server_, deleted);
  const AccountRecord unhealthy_before = Stored(server_, unhealthy);
  EXPECT_THAT(ListOf(LinkAnswer("new", "hash-2").response.suspect_accounts()), IsEmpty());
  EXPECT_EQ(Stored(server_, deleted).revision, deleted_before.revision);
  EXPECT_EQ(Stored(server_, unhealthy).revision, unhealthy_before.revision);
}

TEST_F(ResetRuleTest, ASuspendedOneIsLeftAloneUntilItIsResumed) {
  const std::string idle = LinkLater({.id = "idle"});
  Send(server_, For<v1::SuspendAccountRequest>(idle));
  EXPECT_THAT(ListOf(LinkAnswer("new", "hash-2").response.suspect_accounts()), IsEmpty());
  EXPECT_EQ(Get(server_, idle).health(), v1::Account::HEALTH_HEALTHY);
  EXPECT_TRUE(EventsOf(server_, v1::Event::TYPE_HEALTH_CHANGED).empty());
  EXPECT_GT(Stored(server_, idle).check_due, server_.clock().Now());
  Send(server_, For<v1::ResumeAccountRequest>(idle));
  EXPECT_LE(Stored(server_, idle).check_due, server_.clock().Now());
}

// Nobody checks it, so no proof may tell that somebody does.
TEST_F(ResetRuleTest, ASuspectThatIsSuspendedIsNotNamedAgain) {
  const std::string idle = LinkLater({.id = "idle"});
  const auto linked = LinkAnswer("new", "hash-2");
  ExpectSuspectAndDue(idle);
  Send(server_, For<v1::SuspendAccountRequest>(idle));
  const auto check = For<v1::CheckAccountRequest>(linked.response.account().name());
  EXPECT_THAT(ListOf(Send(server_, check).response.suspect_accounts()), IsEmpty());
  Send(server_, For<v1::ResumeAccountRequest>(idle));
  EXPECT_THAT(ListOf(Send(server_, check).response.suspect_accounts()), ElementsAre(idle));
}

}  // namespace
}  // namespace credlink
