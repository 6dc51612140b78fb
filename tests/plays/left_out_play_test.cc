// Accounts that are not checked, and one that cannot be.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/accounts/names.h"
#include "tests/plays/world.h"

namespace credlink {
namespace {

class LeftOutPlay : public testing::TestWithParam<StoreKind> {
 protected:
  static WorldOptions Options() {
    WorldOptions options;
    options.store = GetParam();
    return options;
  }

  static Caller Operator() {
    Caller caller;
    caller.identity = "local";
    return caller;
  }
};

int Count(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_P(LeftOutPlay, SuspendedAndDeletedAccountsAreNeverChecked) {
  World world(Options());
  const std::vector<std::string> names = world.LinkCompanies(0, 3, 1);
  v1::SuspendAccountRequest suspend;
  suspend.set_name(names[0]);
  ASSERT_TRUE(world.Run(world.services().lifecycle.Suspend(Operator(), suspend)).ok());
  v1::DeleteAccountRequest remove;
  remove.set_name(names[1]);
  ASSERT_TRUE(world.Run(world.services().lifecycle.Delete(Operator(), remove)).ok());
  // One that is due when it is suspended.
  world.clock().Advance(absl::Hours(8));
  world.provider().Reset();
  world.Pass(absl::Hours(48), absl::Minutes(5));
  EXPECT_EQ(world.provider().Of(World::Cid(0)).size(), 0u);
  EXPECT_EQ(world.provider().Of(World::Cid(1)).size(), 0u);
  EXPECT_GE(world.provider().Of(World::Cid(2)).size(), 6u);
  // Back in use, it is checked at once or soon: its check has long been due.
  v1::ResumeAccountRequest resume;
  resume.set_name(names[0]);
  ASSERT_TRUE(world.Run(world.services().lifecycle.Resume(Operator(), resume)).ok());
  world.Pass(absl::Minutes(1));
  EXPECT_EQ(world.provider().Of(World::Cid(0)).size(), 1u);
  EXPECT_EQ(world.LogText().find("could not be checked"), std::string::npos);
}

TEST_P(LeftOutPlay, ADamagedCredentialIsReportedAndDoesNotStopTheOthers) {
  World world(Options());
  const std::vector<std::string> names = world.LinkCompanies(0, 8, 1);
  const AccountName damaged = *ParseAccountName(names[3]);
  const auto record = world.Run(world.store().GetAccount(damaged.tenant, damaged.account_id));
  ASSERT_TRUE(record.ok() && record->has_value());
  auto sealed = world.Run(world.store().GetSealedCredential(damaged.tenant, damaged.account_id, 1));
  ASSERT_TRUE(sealed.ok() && sealed->has_value());
  std::string bytes = **sealed;
  bytes[bytes.size() / 2] ^= 1;
  ChangeSet changes;
  changes.tenant = damaged.tenant;
  changes.now = world.clock().Now();
  AccountChange change;
  change.record = **record;
  change.drop_credentials = {1};
  change.add_credentials = {SealedVersion{1, bytes}};
  changes.changes.push_back(std::move(change));
  ASSERT_EQ(world.Run(world.store().Apply(std::move(changes)))->kind, ChangeOutcome::kApplied);

  world.clock().Advance(absl::Hours(8));
  world.provider().Reset();
  world.RunDue();
  EXPECT_EQ(world.provider().probes().size(), 7u);
  EXPECT_TRUE(world.provider().Of(World::Cid(3)).empty());
  for (const v1::Account& account : world.List("tenant-0")) {
    EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY) << account.name();
    if (account.name() != names[3]) continue;
    EXPECT_EQ(account.last_check_reason().code(), v1::ERROR_REASON_INTEGRITY_FAILURE);
    EXPECT_EQ(account.consecutive_failures(), 1);
  }
  const std::string report = "an account's credential cannot be opened";
  EXPECT_EQ(Count(world.LogText(), report), 1);
  EXPECT_NE(world.LogText().find(damaged.account_id), std::string::npos);
  EXPECT_NE(world.LogText().find("INTEGRITY_FAILURE"), std::string::npos);
  world.Pass(absl::Seconds(47));
  EXPECT_EQ(Count(world.LogText(), report), 1);
  world.Pass(absl::Seconds(26));
  EXPECT_EQ(Count(world.LogText(), report), 2);
  world.Pass(absl::Hours(48), absl::Minutes(1));
  EXPECT_LE(Count(world.LogText(), report), 24) << "ever less";
}

INSTANTIATE_TEST_SUITE_P(Stores, LeftOutPlay,
                         testing::Values(StoreKind::kMemory, StoreKind::kSqlite));

}  // namespace
}  // namespace credlink
