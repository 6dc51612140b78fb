// Inserting an account, and what may be in its way.
#include <gmock/gmock.h>

#include "tests/conformance/account_store_suite.h"

namespace credlink {
namespace {

TEST_P(StoreSuite, StoresAnAccountWhole) {
  NewAccount account = MakeAccount("acme", "a1");
  account.account.mutable_credential()->set_version(7);
  MustCreate(account);
  const AccountRecord record = Record("acme", "a1");
  EXPECT_EQ(record.account_id, "a1");
  EXPECT_EQ(record.account.SerializeAsString(), account.account.SerializeAsString());
  EXPECT_EQ(record.credential_tag, account.credential_tag);
  EXPECT_EQ(record.check_due, account.check_due);
  EXPECT_EQ(record.restore_state, v1::Account::STATE_ACTIVE);
  EXPECT_EQ(record.revision, 1);
  EXPECT_EQ(Get(accounts().GetSealedCredential("acme", "a1", 7)), account.sealed_credential);
  EXPECT_EQ(Get(accounts().GetSealedCredential("acme", "a1", 1)), absl::nullopt);
  EXPECT_EQ(Get(accounts().GetSealedCredential("acme", "a1", 8)), absl::nullopt);
}

TEST_P(StoreSuite, AnEmptyStoreHasNothing) {
  EXPECT_FALSE(Find("acme", "a1").has_value());
  EXPECT_FALSE(Find("", "").has_value());
  EXPECT_EQ(Get(accounts().GetSealedCredential("acme", "a1", 1)), absl::nullopt);
  EXPECT_EQ(Check(MakeAccount("acme", "a1")).kind, ChangeOutcome::kApplied);
}

TEST_P(StoreSuite, AnAccountIsLinkedOnce) {
  MustCreate(MakeAccount("acme", "a1", "jane", "lastpass", "7"));
  NewAccount again = MakeAccount("acme", "a2", "jane", "lastpass", "7");
  for (const ChangeOutcome& outcome : {Check(again), Insert(again)}) {
    EXPECT_EQ(outcome.kind, ChangeOutcome::kAlreadyLinked);
    EXPECT_EQ(outcome.existing_account_id, "a1");
    EXPECT_EQ(outcome.request, absl::nullopt);
  }
  EXPECT_FALSE(Find("acme", "a2").has_value());
  EXPECT_EQ(Get(accounts().GetSealedCredential("acme", "a2", 1)), absl::nullopt);
}

TEST_P(StoreSuite, AnyOtherTenantOwnerProviderOrNumberIsAnotherAccount) {
  MustCreate(MakeAccount("acme", "a1", "jane", "lastpass", "7"));
  MustCreate(MakeAccount("acme", "a2", "joan", "lastpass", "7"));
  MustCreate(MakeAccount("acme", "a3", "jane", "other", "7"));
  MustCreate(MakeAccount("acme", "a4", "jane", "lastpass", "8"));
  MustCreate(MakeAccount("umbrella", "a1", "jane", "lastpass", "7"));
}

TEST_P(StoreSuite, AnAccountIdIsUsedOnce) {
  MustCreate(MakeAccount("acme", "a1", "jane", "lastpass", "7"));
  NewAccount other = MakeAccount("acme", "a1", "joan", "lastpass", "8");
  EXPECT_EQ(Check(other).kind, ChangeOutcome::kAccountIdTaken);
  EXPECT_EQ(Insert(other).kind, ChangeOutcome::kAccountIdTaken);
  EXPECT_EQ(Get(accounts().GetSealedCredential("acme", "a1", 1)), "sealed:acme/a1");
}

TEST_P(StoreSuite, NoAccountIdChosenIsNeverTaken) {
  MustCreate(MakeAccount("acme", "a1", "jane", "lastpass", "7"));
  EXPECT_EQ(Check(MakeAccount("acme", "", "joan", "lastpass", "7")).kind, ChangeOutcome::kApplied);
}

TEST_P(StoreSuite, CheckingChangesNothing) {
  NewAccount account = MakeAccount("acme", "a1");
  account.request = MakeRequest("r1", "first");
  EXPECT_EQ(Check(account).kind, ChangeOutcome::kApplied);
  EXPECT_EQ(Check(account).kind, ChangeOutcome::kApplied);
  EXPECT_FALSE(Find("acme", "a1").has_value());
  MustCreate(account);
}

TEST_P(StoreSuite, ADeletedAccountMakesRoomButKeepsItsId) {
  NewAccount deleted = MakeAccount("acme", "a1", "jane", "lastpass", "7");
  deleted.account.set_state(v1::Account::STATE_DELETED);
  MustCreate(deleted);
  NewAccount same_id = MakeAccount("acme", "a1", "jane", "lastpass", "7");
  EXPECT_EQ(Check(same_id).kind, ChangeOutcome::kAccountIdTaken);
  EXPECT_EQ(Insert(same_id).kind, ChangeOutcome::kAccountIdTaken);
  MustCreate(MakeAccount("acme", "a2", "jane", "lastpass", "7"));
  EXPECT_EQ(Insert(MakeAccount("acme", "a3", "jane", "lastpass", "7")).existing_account_id, "a2");
  EXPECT_EQ(Message("acme", "a1"), deleted.account.SerializeAsString());
}

TEST_P(StoreSuite, ASuspendedAccountIsLive) {
  NewAccount suspended = MakeAccount("acme", "a1", "jane", "lastpass", "7");
  suspended.account.set_state(v1::Account::STATE_SUSPENDED);
  MustCreate(suspended);
  EXPECT_EQ(Insert(MakeAccount("acme", "a2", "jane", "lastpass", "7")).kind,
            ChangeOutcome::kAlreadyLinked);
}

// What is in the way is told in one order: the request, the live account, the id.
TEST_P(StoreSuite, ObstaclesHaveAnOrder) {
  NewAccount first = MakeAccount("acme", "a1", "jane", "lastpass", "7");
  first.request = MakeRequest("r1", "first");
  MustCreate(first);
  const ChangeOutcome seen = Insert(first);
  EXPECT_EQ(seen.kind, ChangeOutcome::kRequestSeen);
  EXPECT_TRUE(seen.existing_account_id.empty());
  first.request = MakeRequest("r2", "second");
  for (const ChangeOutcome& outcome : {Check(first), Insert(first)}) {
    EXPECT_EQ(outcome.kind, ChangeOutcome::kAlreadyLinked);
  }
  NewAccount other = MakeAccount("acme", "a1", "joan", "lastpass", "8");
  other.request = first.request;
  for (const ChangeOutcome& outcome : {Check(other), Insert(other)}) {
    EXPECT_EQ(outcome.kind, ChangeOutcome::kAccountIdTaken);
  }
  // What was refused left no record of its request.
  MustCreate([] {
    NewAccount last = MakeAccount("acme", "a2", "joan", "lastpass", "8");
    last.request = MakeRequest("r2", "second");
    return last;
  }());
}

TEST_P(StoreSuite, TenantsDoNotSeeEachOther) {
  NewAccount account = MakeAccount("acme", "a1", "jane", "lastpass", "7");
  account.request = MakeRequest("r1", "first");
  MustCreate(account);
  for (const std::string tenant : {"acm", "acme2", "ACME", "", "acme%", "a_me", "*"}) {
    SCOPED_TRACE(tenant);
    EXPECT_FALSE(Find(tenant, "a1").has_value());
    EXPECT_EQ(Get(accounts().GetSealedCredential(tenant, "a1", 1)), absl::nullopt);
    EXPECT_THAT(ListAll(PageOf(tenant, 10)), testing::IsEmpty());
    EXPECT_THAT(ListAll(PageOf(tenant, 10, Equals(Comparison::kOwnerId, "jane"))),
                testing::IsEmpty());
    account.tenant = tenant;
    EXPECT_EQ(Check(account).kind, ChangeOutcome::kApplied);
    MustCreate(account);
  }
  EXPECT_THAT(ListAll(PageOf("acme", 10)), testing::ElementsAre("a1"));
}

TEST_P(StoreSuite, KeepsAnyBytes) {
  const std::vector<std::string> odd = {
      std::string("nul\0in the middle", 17),
      std::string("nul\0", 4),
      std::string("nul", 3),
      "quote ' double \" back \\ semicolon ; -- comment",
      "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x91 \xe2\x80\xa8",
      "line\r\nbreak\ttab\x1b[31m",
      "%_*?[a-z]",
      " ",
      std::string(64 << 10, 'x'),
  };
  const std::string bytes = std::string("\0\xff\xfe\x80 '\"", 8);  // no UTF-8
  for (const std::string& text : odd) {
    NewAccount account = MakeAccount("t" + text, "a" + text, "o" + text, "p" + text, "n" + text);
    account.sealed_credential = bytes + text;
    account.request = RequestRecord{"r" + text, bytes + text, text + bytes, kNow};
    MustCreate(account);
    EXPECT_EQ(Message(account.tenant, account.account_id), account.account.SerializeAsString());
    EXPECT_EQ(Get(accounts().GetSealedCredential(account.tenant, account.account_id, 1)),
              account.sealed_credential);
    EXPECT_THAT(ListAll(PageOf(account.tenant, 10,
                               AllOf({Equals(Comparison::kOwnerId, "o" + text),
                                      Equals(Comparison::kProvider, "p" + text),
                                      Equals(Comparison::kAccountNumber, "n" + text)}))),
                testing::ElementsAre(account.account_id));
    ChangeOutcome seen = Insert(account);
    ASSERT_EQ(seen.kind, ChangeOutcome::kRequestSeen);
    EXPECT_EQ(seen.request->request_id, account.request->request_id);
    EXPECT_EQ(seen.request->digest, account.request->digest);
    EXPECT_EQ(seen.request->response, account.request->response);
  }
}

TEST_P(StoreSuite, KeepsEmptyValues) {
  NewAccount account = MakeAccount("acme", "a1", "", "", "");
  account.sealed_credential = "";
  account.request = RequestRecord{"r1", "", "", kNow};
  MustCreate(account);
  EXPECT_EQ(Get(accounts().GetSealedCredential("acme", "a1", 1)), "");
  ChangeOutcome seen = Insert(account);
  ASSERT_EQ(seen.kind, ChangeOutcome::kRequestSeen);
  EXPECT_EQ(seen.request->digest, "");
  EXPECT_EQ(seen.request->response, "");
}

TEST_P(StoreSuite, KeepsLargeMessages) {
  NewAccount account = MakeAccount("acme", "a1");
  (*account.account.mutable_annotations())["note"] = std::string(256 << 10, 'n');
  account.sealed_credential = std::string(64 << 10, '\0');
  MustCreate(account);
  EXPECT_EQ(Message("acme", "a1"), account.account.SerializeAsString());
  EXPECT_EQ(Get(accounts().GetSealedCredential("acme", "a1", 1)), account.sealed_credential);
}

}  // namespace
}  // namespace credlink
