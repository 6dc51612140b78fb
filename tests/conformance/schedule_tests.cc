// What is due: checks, and purges.
#include <gmock/gmock.h>

#include "tests/conformance/account_store_suite.h"

namespace credlink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Names(const std::vector<AccountKey>& keys) {
  std::vector<std::string> names;
  for (const AccountKey& key : keys) names.push_back(key.tenant + "/" + key.account_id);
  return names;
}

NewAccount DueAt(const std::string& tenant, const std::string& id, absl::Time time) {
  NewAccount account = MakeAccount(tenant, id);
  account.check_due = time;
  return account;
}

DueQuery DueNow(int per_tenant, int limit) {
  DueQuery query;
  query.now = kNow;
  query.per_tenant = per_tenant;
  query.limit = limit;
  return query;
}

TEST_P(StoreSuite, DueIsWhatIsActiveAndNotLater) {
  MustCreate(DueAt("acme", "later", kNow + absl::Microseconds(1)));
  MustCreate(DueAt("acme", "now", kNow));
  MustCreate(DueAt("acme", "before", kNow - absl::Hours(2)));
  MustCreate(DueAt("acme", "between", kNow - absl::Hours(1)));
  for (const auto state : {v1::Account::STATE_SUSPENDED, v1::Account::STATE_DELETED}) {
    NewAccount account = DueAt("acme", "in state " + std::to_string(state), kNow);
    account.account.set_state(state);
    MustCreate(account);
  }
  DueAccounts due = Get(accounts().ListDue(DueNow(10, 10)));
  EXPECT_THAT(Names(due.accounts), ElementsAre("acme/before", "acme/between", "acme/now"));
  EXPECT_EQ(due.last_tenant, "");
  AccountRecord checked = Record("acme", "before");
  checked.check_due = kNow + absl::Hours(1);
  MustApply(ChangeOf("acme", AccountChange::kUpdate, checked));
  AccountRecord suspended = Record("acme", "between");
  suspended.account.set_state(v1::Account::STATE_SUSPENDED);
  MustApply(ChangeOf("acme", AccountChange::kUpdate, suspended));
  EXPECT_THAT(Names(Get(accounts().ListDue(DueNow(10, 10))).accounts), ElementsAre("acme/now"));
}

TEST_P(StoreSuite, ATenantWithManyDueLeavesRoomForTheOthers) {
  for (int i = 0; i < 9; ++i) {
    MustCreate(DueAt("big", "b" + std::to_string(i), kNow - absl::Hours(9 - i)));
  }
  MustCreate(DueAt("alpha", "a0", kNow));
  MustCreate(DueAt("zulu", "z0", kNow));
  MustCreate(DueAt("idle", "i0", kNow + absl::Hours(1)));
  DueAccounts due = Get(accounts().ListDue(DueNow(2, 10)));
  EXPECT_THAT(Names(due.accounts), ElementsAre("alpha/a0", "big/b0", "big/b1", "zulu/z0"));
  EXPECT_EQ(due.last_tenant, "");
  // In pieces, each going on behind the tenant at which the one before stopped.
  DueQuery query = DueNow(2, 2);
  due = Get(accounts().ListDue(query));
  EXPECT_THAT(Names(due.accounts), ElementsAre("alpha/a0", "big/b0"));
  EXPECT_EQ(due.last_tenant, "big");
  query.after_tenant = due.last_tenant;
  due = Get(accounts().ListDue(query));
  EXPECT_THAT(Names(due.accounts), ElementsAre("zulu/z0"));
  EXPECT_EQ(due.last_tenant, "");
}

TEST_P(StoreSuite, LooksAtSoManyTenantsAtMost) {
  for (int i = 0; i < 7; ++i) {
    const std::string tenant = "t" + std::to_string(i);
    MustCreate(DueAt(tenant, "a", i == 5 ? kNow : kNow + absl::Hours(1)));
  }
  DueQuery query = DueNow(1, 10);
  query.max_tenants = 3;
  std::vector<std::string> found;
  std::vector<std::string> stops;
  do {
    const DueAccounts due = Get(accounts().ListDue(query));
    for (const std::string& name : Names(due.accounts)) found.push_back(name);
    query.after_tenant = due.last_tenant;
    stops.push_back(due.last_tenant);
  } while (!query.after_tenant.empty() && stops.size() < 10);
  EXPECT_THAT(found, ElementsAre("t5/a"));
  EXPECT_THAT(stops, ElementsAre("t2", "t5", ""));
}

TEST_P(StoreSuite, PurgeableIsWhatIsDeletedAndNotLater) {
  EXPECT_THAT(Get(accounts().ListPurgeable(kNow, 10)), IsEmpty());
  const auto purge_at = [](const std::string& tenant, const std::string& id, absl::Time time) {
    NewAccount account = MakeAccount(tenant, id);
    account.account.set_state(v1::Account::STATE_DELETED);
    account.account.mutable_purge_time()->set_seconds(absl::ToUnixSeconds(time));
    return account;
  };
  MustCreate(purge_at("acme", "later", kNow + absl::Seconds(1)));
  MustCreate(purge_at("acme", "now", kNow));
  MustCreate(purge_at("umbrella", "before", kNow - absl::Hours(1)));
  NewAccount active = purge_at("acme", "active", kNow);
  active.account.set_state(v1::Account::STATE_ACTIVE);
  MustCreate(active);
  NewAccount kept = purge_at("acme", "kept", kNow);
  kept.account.clear_purge_time();
  MustCreate(kept);
  EXPECT_THAT(Names(Get(accounts().ListPurgeable(kNow, 10))),
              ElementsAre("umbrella/before", "acme/now"));
  EXPECT_THAT(Names(Get(accounts().ListPurgeable(kNow, 1))), ElementsAre("umbrella/before"));
}

}  // namespace
}  // namespace credlink
