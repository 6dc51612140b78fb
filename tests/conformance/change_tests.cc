// Changing accounts: compared and swapped, all of a set or none.
#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/conformance/account_store_suite.h"

namespace credlink {
namespace {

v1::Event MakeEvent(v1::Event::Type type) {
  v1::Event event;
  event.set_type(type);
  event.mutable_time()->set_seconds(absl::ToUnixSeconds(kNow));
  return event;
}

TEST_P(StoreSuite, AnUpdateTakesTheRecordsPlace) {
  MustCreate(MakeAccount("acme", "a1"));
  MustCreate(MakeAccount("acme", "a2"));
  AccountRecord record = Record("acme", "a1");
  record.account.set_label("new label");
  record.account.set_state(v1::Account::STATE_SUSPENDED);
  record.credential_tag = std::string("\0tag", 4);
  record.check_due = kNow + absl::Hours(9);
  record.restore_state = v1::Account::STATE_SUSPENDED;
  record.restore_reason = "unpaid";
  ChangeSet set = ChangeOf("acme", AccountChange::kUpdate, record);
  set.changes.front().add_credentials = {{2, "second"}};
  set.changes.front().drop_credentials = {1};
  MustApply(set);
  const AccountRecord stored = Record("acme", "a1");
  EXPECT_EQ(stored.account.SerializeAsString(), record.account.SerializeAsString());
  EXPECT_EQ(stored.credential_tag, record.credential_tag);
  EXPECT_EQ(stored.check_due, record.check_due);
  EXPECT_EQ(stored.restore_state, v1::Account::STATE_SUSPENDED);
  EXPECT_EQ(stored.restore_reason, "unpaid");
  EXPECT_EQ(stored.revision, 2);
  EXPECT_EQ(Get(accounts().GetSealedCredential("acme", "a1", 1)), absl::nullopt);
  EXPECT_EQ(Get(accounts().GetSealedCredential("acme", "a1", 2)), "second");
  EXPECT_THAT(ListAll(PageOf("acme", 10)), testing::ElementsAre("a1", "a2")) << "in its old place";
}

TEST_P(StoreSuite, AnOldRevisionIsAConflict) {
  MustCreate(MakeAccount("acme", "a1"));
  const AccountRecord first = Record("acme", "a1");
  MustApply(ChangeOf("acme", AccountChange::kUpdate, first));
  const std::string before = Message("acme", "a1");
  for (AccountChange::Kind kind : {AccountChange::kUpdate, AccountChange::kErase}) {
    AccountRecord late = first;
    late.account.set_label("late");
    EXPECT_EQ(Apply(ChangeOf("acme", kind, late)).kind, ChangeOutcome::kConflict);
    late.revision = 3;
    EXPECT_EQ(Apply(ChangeOf("acme", kind, late)).kind, ChangeOutcome::kConflict);
    late.revision = 2;
    late.account_id = "none";
    late.account.mutable_owner()->set_id("nobody");
    EXPECT_EQ(Apply(ChangeOf("acme", kind, late)).kind, ChangeOutcome::kConflict);
    late.account_id = "a1";
    EXPECT_EQ(Apply(ChangeOf("umbrella", kind, late)).kind, ChangeOutcome::kConflict);
  }
  EXPECT_EQ(Message("acme", "a1"), before);
  EXPECT_EQ(Record("acme", "a1").revision, 2);
}

TEST_P(StoreSuite, WhatIsErasedIsGoneButItsIdStaysTaken) {
  NewAccount account = MakeAccount("acme", "a1", "jane", "lastpass", "7");
  (*account.account.mutable_annotations())["team"] = "red";
  MustCreate(account);
  ChangeSet more = ChangeOf("acme", AccountChange::kUpdate, Record("acme", "a1"));
  more.changes.front().add_credentials = {{2, "second"}};
  MustApply(more);
  MustApply(ChangeOf("acme", AccountChange::kErase, Record("acme", "a1")));
  EXPECT_FALSE(Find("acme", "a1").has_value());
  EXPECT_EQ(Get(accounts().GetSealedCredential("acme", "a1", 1)), absl::nullopt);
  EXPECT_EQ(Get(accounts().GetSealedCredential("acme", "a1", 2)), absl::nullopt);
  ListQuery all = PageOf("acme", 10);
  all.show_deleted = true;
  EXPECT_THAT(ListAll(all), testing::IsEmpty());
  all.filter = Annotated("team", "red");
  EXPECT_THAT(ListAll(all), testing::IsEmpty());
  EXPECT_EQ(Check(account).kind, ChangeOutcome::kAccountIdTaken);
  EXPECT_EQ(Insert(account).kind, ChangeOutcome::kAccountIdTaken);
  MustCreate(MakeAccount("umbrella", "a1"));
  MustCreate(MakeAccount("acme", "a2", "jane", "lastpass", "7"));
}

TEST_P(StoreSuite, BringingBackNeedsThePlaceFree) {
  MustCreate(MakeAccount("acme", "a1", "jane", "lastpass", "7"));
  AccountRecord deleted = Record("acme", "a1");
  deleted.account.set_state(v1::Account::STATE_DELETED);
  MustApply(ChangeOf("acme", AccountChange::kUpdate, deleted));
  MustCreate(MakeAccount("acme", "a2", "jane", "lastpass", "7"));
  AccountRecord back = Record("acme", "a1");
  back.account.set_state(v1::Account::STATE_ACTIVE);
  const ChangeOutcome outcome = Apply(ChangeOf("acme", AccountChange::kUpdate, back));
  EXPECT_EQ(outcome.kind, ChangeOutcome::kAlreadyLinked);
  EXPECT_EQ(outcome.existing_account_id, "a2");
  back.revision = 1;
  EXPECT_EQ(Apply(ChangeOf("acme", AccountChange::kUpdate, back)).kind,
            ChangeOutcome::kAlreadyLinked)
      << "told before a conflict";
  EXPECT_EQ(Record("acme", "a1").account.state(), v1::Account::STATE_DELETED);

  MustApply(ChangeOf("acme", AccountChange::kErase, Record("acme", "a2")));
  back = Record("acme", "a1");
  back.account.set_state(v1::Account::STATE_ACTIVE);
  MustApply(ChangeOf("acme", AccountChange::kUpdate, back));
  EXPECT_EQ(Insert(MakeAccount("acme", "a3", "jane", "lastpass", "7")).existing_account_id, "a1");
}

TEST_P(StoreSuite, AnUpdateMustNotTakeAnothersPlace) {
  MustCreate(MakeAccount("acme", "a1", "jane", "lastpass", "7"));
  MustCreate(MakeAccount("acme", "a2", "joan", "lastpass", "7"));
  AccountRecord moved = Record("acme", "a2");
  moved.account.mutable_owner()->set_id("jane");
  const ChangeOutcome outcome = Apply(ChangeOf("acme", AccountChange::kUpdate, moved));
  EXPECT_EQ(outcome.kind, ChangeOutcome::kAlreadyLinked);
  EXPECT_EQ(outcome.existing_account_id, "a1");
}

TEST_P(StoreSuite, AnyChangeMayHaveARequest) {
  MustCreate(MakeAccount("acme", "a1"));
  ChangeSet update = ChangeOf("acme", AccountChange::kUpdate, Record("acme", "a1"));
  update.request = MakeRequest("r1", "updated");
  MustApply(update);
  ChangeSet erase = ChangeOf("acme", AccountChange::kErase, Record("acme", "a1"));
  erase.request = MakeRequest("r2", "erased");
  MustApply(erase);
  ChangeSet nothing;
  nothing.tenant = "acme";
  nothing.now = kNow;
  nothing.request = MakeRequest("r3", "nothing");
  MustApply(nothing);
  for (ChangeSet* set : {&update, &erase, &nothing}) {
    const ChangeOutcome again = Apply(*set);
    ASSERT_EQ(again.kind, ChangeOutcome::kRequestSeen) << "told before a conflict";
    EXPECT_EQ(again.request->response, set->request->response);
    const auto found =
        Get(accounts().FindRequest("acme", set->request->request_id, kNow + absl::Hours(24)));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->digest, set->request->digest);
    EXPECT_EQ(found->response, set->request->response);
    EXPECT_EQ(found->expire_time, set->request->expire_time);
  }
  EXPECT_FALSE(Get(accounts().FindRequest("acme", "r1", kNow + absl::Hours(25))).has_value());
  EXPECT_FALSE(Get(accounts().FindRequest("umbrella", "r1", kNow)).has_value());
  EXPECT_FALSE(Get(accounts().FindRequest("acme", "", kNow)).has_value());
}

// Good changes beside one that cannot be made, of every kind.
TEST_P(StoreSuite, ASetIsMadeWholeOrNotAtAll) {
  MustCreate(MakeAccount("acme", "a1"));
  MustCreate(MakeAccount("acme", "a2"));
  MustCreate(MakeAccount("acme", "linked", "jane", "lastpass", "7"));
  MustCreate(MakeAccount("umbrella", "u1"));
  MustApply(ChangeOf("acme", AccountChange::kUpdate, Record("acme", "linked")));
  AccountRecord stale = Record("acme", "linked");
  --stale.revision;
  const ChangeSet obstacles[] = {
      ChangeOf("acme", AccountChange::kUpdate, stale),
      ChangeOf("acme", AccountChange::kErase, stale),
      InsertionOf(MakeAccount("acme", "a1", "joan", "lastpass", "8")),
      InsertionOf(MakeAccount("acme", "a9", "jane", "lastpass", "7")),
  };
  const ChangeOutcome::Kind kinds[] = {ChangeOutcome::kConflict, ChangeOutcome::kConflict,
                                       ChangeOutcome::kAccountIdTaken,
                                       ChangeOutcome::kAlreadyLinked};
  for (int i = 0; i < 4; ++i) {
    SCOPED_TRACE(i);
    AccountRecord changed = Record("acme", "a1");
    changed.account.set_label("changed");
    ChangeSet set = ChangeOf("acme", AccountChange::kUpdate, changed);
    set.changes.front().add_credentials = {{9, "ninth"}};
    set.changes.push_back(InsertionOf(MakeAccount("acme", "new")).changes.front());
    set.changes.push_back(
        ChangeOf("acme", AccountChange::kErase, Record("acme", "a2")).changes.front());
    set.changes.push_back(obstacles[i].changes.front());
    set.events = {MakeEvent(v1::Event::TYPE_UPDATED)};
    set.request = MakeRequest("r1", "never");
    Recheck elsewhere;
    elsewhere.provider = "lastpass";
    elsewhere.account_number = "1234567";
    elsewhere.proven = kNow;
    set.elsewhere = elsewhere;
    EXPECT_EQ(Apply(set).kind, kinds[i]);
    EXPECT_EQ(Record("acme", "a1").revision, 1);
    EXPECT_EQ(Record("acme", "a2").revision, 1);
    EXPECT_EQ(Record("umbrella", "u1").check_due, kNow + absl::Hours(1));
    EXPECT_FALSE(Find("acme", "new").has_value());
    EXPECT_EQ(Get(accounts().GetSealedCredential("acme", "a1", 9)), absl::nullopt);
    EXPECT_FALSE(Get(accounts().FindRequest("acme", "r1", kNow)).has_value());
    EXPECT_EQ(Get(accounts().ListEvents("acme", 0, 10, 1000)).last, 0);
    // The control: without the obstacle all of it can be made.
    set.changes.pop_back();
    if (i == 3) MustApply(set);
  }
  EXPECT_EQ(Record("acme", "a1").account.label(), "changed");
  EXPECT_FALSE(Find("acme", "a2").has_value());
  EXPECT_TRUE(Find("acme", "new").has_value());
  EXPECT_EQ(Get(accounts().ListEvents("acme", 0, 10, 1000)).last, 1);
  EXPECT_EQ(Record("umbrella", "u1").check_due, DueFirst(kNow));
}

TEST_P(StoreSuite, RechecksElsewhereWhatMayHaveBeenReset) {
  const auto make = [](const std::string& tenant, const std::string& id) {
    NewAccount account = MakeAccount(tenant, id, "owner-" + id, "lastpass", "7");
    account.credential_tag = "old";
    account.account.mutable_last_success_time()->set_seconds(absl::ToUnixSeconds(kNow) - 100);
    return account;
  };
  NewAccount meant = make("t1", "meant");
  NewAccount never_checked = make("t2", "never_checked");
  never_checked.account.clear_last_success_time();
  NewAccount due_before = make("t2", "due_before");
  due_before.check_due = kNow - absl::Hours(1);
  std::vector<NewAccount> others = {make("acme", "own"),      make("t1", "same_tag"),
                                    make("t1", "since"),      make("t1", "suspended"),
                                    make("t1", "deleted"),    make("t1", "other_number"),
                                    make("t1", "other_kind"), make("t1", "unhealthy")};
  others[1].credential_tag = "new";
  others[2].account.mutable_last_success_time()->set_seconds(absl::ToUnixSeconds(kNow));
  others[3].account.set_state(v1::Account::STATE_SUSPENDED);
  others[4].account.set_state(v1::Account::STATE_DELETED);
  others[5].account.set_account_number("8");
  others[6].account.set_provider("other");
  others[7].account.set_health(v1::Account::HEALTH_UNHEALTHY);
  for (const NewAccount& account : {meant, never_checked, due_before}) MustCreate(account);
  for (const NewAccount& account : others) MustCreate(account);
  ChangeSet set;
  set.tenant = "acme";
  set.now = kNow;
  set.elsewhere = Recheck{"lastpass", "9", "new", kNow};
  EXPECT_FALSE(Apply(set).made_due) << "nobody has that number";
  set.elsewhere = Recheck{"lastpass", "7", "new", kNow};
  const ChangeOutcome outcome = Apply(set);
  EXPECT_EQ(outcome.kind, ChangeOutcome::kApplied);
  EXPECT_TRUE(outcome.made_due);
  for (const NewAccount& account : {meant, never_checked, due_before}) {
    EXPECT_EQ(Record(account.tenant, account.account_id).check_due, DueFirst(kNow))
        << account.account_id;
    EXPECT_EQ(Record(account.tenant, account.account_id).revision, 2) << account.account_id;
  }
  for (const NewAccount& account : others) {
    EXPECT_EQ(Record(account.tenant, account.account_id).check_due, account.check_due)
        << account.account_id;
    EXPECT_EQ(Record(account.tenant, account.account_id).revision, 1) << account.account_id;
  }
}

TEST_P(StoreSuite, SiblingsAreWhoHoldsAnotherSecret) {
  const auto make = [](const std::string& tenant, const std::string& id, const std::string& tag) {
    NewAccount account = MakeAccount(tenant, id, "owner-" + id, "lastpass", "7");
    account.credential_tag = tag;
    return account;
  };
  for (const char* tag : {"", "a", "m", "z"}) {
    for (int i = 0; i < 2; ++i) MustCreate(make("acme", absl::StrCat("t", tag, i), tag));
  }
  MustCreate(make("umbrella", "u1", "a"));
  MustCreate(MakeAccount("acme", "other", "o", "lastpass", "8"));
  MustCreate(MakeAccount("acme", "kind", "o", "other", "7"));
  AccountRecord deleted = Record("acme", "ta1");
  deleted.account.set_state(v1::Account::STATE_DELETED);
  MustApply(ChangeOf("acme", AccountChange::kUpdate, deleted));
  NewAccount unhealthy = make("acme", "dead", "b");
  unhealthy.account.set_health(v1::Account::HEALTH_UNHEALTHY);
  MustCreate(unhealthy);
  NewAccount suspended = make("acme", "idle", "c");
  suspended.account.set_state(v1::Account::STATE_SUSPENDED);
  MustCreate(suspended);
  const auto ids = [this](const std::string& tag, int limit, bool only_working = true) {
    std::vector<std::string> found;
    const SiblingQuery query{"acme", "lastpass", "7", tag, limit, only_working};
    for (const AccountRecord& record : Get(accounts().ListSiblings(query))) {
      EXPECT_EQ(record.revision, 1);
      found.push_back(record.account_id);
    }
    return found;
  };
  using testing::UnorderedElementsAre;
  EXPECT_THAT(ids("m", 10), UnorderedElementsAre("t0", "t1", "ta0", "tz0", "tz1"));
  EXPECT_THAT(ids("", 10), UnorderedElementsAre("ta0", "tm0", "tm1", "tz0", "tz1"));
  EXPECT_THAT(ids("zz", 10), testing::SizeIs(7));
  EXPECT_THAT(ids("m", 3), testing::SizeIs(3));
  EXPECT_THAT(ids("m", 10, false),
              UnorderedElementsAre("t0", "t1", "ta0", "tz0", "tz1", "dead", "idle"));
}

TEST_P(StoreSuite, APostponedCheckIsDueThen) {
  MustCreate(MakeAccount("acme", "a1"));
  const AccountKey key{"acme", "a1"};
  const AccountKey absent{"acme", "none"};
  const absl::Time later = kNow + absl::Hours(48);
  EXPECT_TRUE(RunTask(executor_, accounts().PostponeCheck(key, later)).ok());
  EXPECT_TRUE(RunTask(executor_, accounts().PostponeCheck(absent, later)).ok());
  EXPECT_EQ(Record("acme", "a1").check_due, later);
  EXPECT_EQ(Record("acme", "a1").revision, 2) << "whoever read it before must read it again";
}

}  // namespace
}  // namespace credlink
