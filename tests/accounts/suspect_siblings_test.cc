// Which siblings become suspect, and what is asked of the store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/accounts/account_factory.h"
#include "server/accounts/reset_rule.h"

namespace credlink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kProven = absl::FromUnixSeconds(1'700'000'000);  // when its version was made
const absl::Time kNow = kProven + absl::Hours(1);

AccountRecord Record(const std::string& id, const std::string& tag) {
  AccountRecord record;
  record.account_id = id;
  record.credential_tag = tag;
  record.revision = 1;
  record.check_due = absl::InfiniteFuture();
  v1::Account& account = record.account;
  account.set_name(id);
  account.set_uid("018bcfe5-6800-7000-8000-00000000000" + id.substr(id.size() - 1));
  account.set_etag("1-x");
  account.set_provider("lastpass");
  account.set_account_number("1234567");
  account.set_state(v1::Account::STATE_ACTIVE);
  account.set_health(v1::Account::HEALTH_HEALTHY);
  *account.mutable_last_success_time() = ToProto(kProven - absl::Seconds(1));
  *account.mutable_credential()->mutable_create_time() = ToProto(kProven);
  return record;
}

std::vector<std::string> Suspects(const std::vector<AccountRecord>& siblings, ChangeSet& changes) {
  return SuspectSiblings(Record("a0", "new"), siblings, "jane", kNow, changes);
}

TEST(SuspectSiblingsTest, AnOlderHashBecomesSuspectAndDue) {
  ChangeSet changes;
  EXPECT_THAT(Suspects({Record("a1", "old")}, changes), ElementsAre("a1"));
  ASSERT_EQ(changes.changes.size(), 1u);
  const AccountRecord& record = changes.changes[0].record;
  EXPECT_EQ(changes.changes[0].kind, AccountChange::kUpdate);
  EXPECT_EQ(record.account.health(), v1::Account::HEALTH_SUSPECT);
  EXPECT_EQ(record.account.health_reason().code(), v1::ERROR_REASON_HASH_PROBABLY_RESET);
  EXPECT_NE(record.account.etag(), "1-x");
  EXPECT_EQ(record.check_due, DueFirst(kNow));
  EXPECT_EQ(record.revision, 1);
  ASSERT_EQ(changes.events.size(), 1u);
  EXPECT_EQ(changes.events[0].type(), v1::Event::TYPE_HEALTH_CHANGED);
  EXPECT_EQ(changes.events[0].actor(), "jane");
}

TEST(SuspectSiblingsTest, OtherTenantsAreLeftToTheStore) {
  ChangeSet changes;
  EXPECT_THAT(Suspects({}, changes), IsEmpty());
  ASSERT_TRUE(changes.elsewhere.has_value());
  EXPECT_EQ(changes.elsewhere->provider, "lastpass");
  EXPECT_EQ(changes.elsewhere->account_number, "1234567");
  EXPECT_EQ(changes.elsewhere->credential_tag, "new");
  EXPECT_EQ(changes.elsewhere->proven, kProven);
  EXPECT_TRUE(changes.changes.empty());
}

TEST(SuspectSiblingsTest, TheseAreLeftAlone) {
  AccountRecord itself = Record("a0", "old");
  AccountRecord same = Record("a1", "new");
  AccountRecord deleted = Record("a2", "old");
  deleted.account.set_state(v1::Account::STATE_DELETED);
  AccountRecord unhealthy = Record("a3", "old");
  unhealthy.account.set_health(v1::Account::HEALTH_UNHEALTHY);
  AccountRecord proven_since = Record("a4", "old");
  *proven_since.account.mutable_last_success_time() = ToProto(kProven);
  AccountRecord suspended = Record("a5", "old");
  suspended.account.set_state(v1::Account::STATE_SUSPENDED);
  AccountRecord suspended_suspect = suspended;
  suspended_suspect.account.set_health(v1::Account::HEALTH_SUSPECT);
  AccountRecord of_unknown_secret = Record("a6", "");
  ChangeSet changes;
  EXPECT_THAT(Suspects({itself, same, deleted, unhealthy, proven_since, suspended,
                        suspended_suspect, of_unknown_secret},
                       changes),
              IsEmpty());
  EXPECT_TRUE(changes.changes.empty());
  EXPECT_TRUE(changes.events.empty());
}

TEST(SuspectSiblingsTest, WhatIsSuspectAlreadyIsNamedLastAndNotChanged) {
  AccountRecord known = Record("a1", "old");
  known.account.set_health(v1::Account::HEALTH_SUSPECT);
  ChangeSet changes;
  EXPECT_THAT(Suspects({known, Record("a2", "old")}, changes), ElementsAre("a2", "a1"));
  EXPECT_EQ(changes.changes.size(), 1u);
  EXPECT_EQ(changes.events.size(), 1u);
}

TEST(SuspectSiblingsTest, ThoseThatAreSuspectDoNotTakeThePlaceOfOthers) {
  std::vector<AccountRecord> siblings;
  for (int i = 0; i < 2 * kMaxSuspects; ++i) {
    siblings.push_back(Record("a1" + std::to_string(i), "old"));
    if (i < kMaxSuspects) siblings.back().account.set_health(v1::Account::HEALTH_SUSPECT);
  }
  siblings.push_back(Record("last", "old"));
  ChangeSet changes;
  EXPECT_EQ(Suspects(siblings, changes).size(), static_cast<size_t>(kMaxSuspects));
  EXPECT_EQ(changes.changes.size(), static_cast<size_t>(kMaxSuspects));
}

TEST(SiblingsOfTest, AsksForOtherSecretsOfTheCompany) {
  const SiblingQuery query = SiblingsOf("acme", Record("a0", "new"), 7);
  EXPECT_EQ(query.tenant, "acme");
  EXPECT_EQ(query.provider, "lastpass");
  EXPECT_EQ(query.account_number, "1234567");
  EXPECT_EQ(query.other_than_tag, "new");
  EXPECT_EQ(query.limit, 7);
  EXPECT_TRUE(query.only_working);
}

}  // namespace
}  // namespace credlink
