// Records that were changed behind the store's back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/accounts/purging.h"
#include "tests/conformance/samples.h"
#include "tests/runtime/run_task.h"
#include "tests/store/raw_database.h"
#include "tests/store/store_files.h"
#include "tests/store/temp_directory.h"

namespace credlink {
namespace {

class SqliteDamageTest : public testing::Test {
 protected:
  // a0, a1 and a2, of which a1 is damaged: one byte of its message is another.
  SqliteDamageTest() {
    SqliteOptions options;
    options.path = path_;
    options.on_failure = [](absl::Status status) { ADD_FAILURE() << status; };
    options.on_trouble = [](absl::Status status) { ADD_FAILURE() << status; };
    absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(options);
    EXPECT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    for (int i = 0; i < 3; ++i) {
      NewAccount account = MakeAccount("acme", absl::StrCat("a", i));
      account.account.set_state(v1::Account::STATE_SUSPENDED);
      EXPECT_TRUE(RunTask(executor_, store_->Apply(InsertionOf(account))).ok());
    }
    RawDatabase(path_).Ask(
        "UPDATE accounts SET message = CAST(replace(CAST(message AS TEXT), 'Owner of a1',"
        " 'Owner of b1') AS BLOB) WHERE account_id = 'a1'");
  }

  std::vector<v1::Account> List(ListQuery query) {
    std::vector<v1::Account> accounts;
    absl::StatusOr<AccountPage> page = RunTask(executor_, store_->ListAccounts(query));
    EXPECT_TRUE(page.ok()) << page.status();
    for (const std::string& message : page->accounts) {
      EXPECT_TRUE(accounts.emplace_back().ParseFromString(message));
    }
    return accounts;
  }

  int64_t Count(ListQuery query) {
    const absl::StatusOr<AccountCount> count = RunTask(executor_, store_->CountAccounts(query));
    EXPECT_TRUE(count.ok()) << count.status();
    return count->total;
  }

  TempDirectory directory_;
  const std::string path_ = directory_.File("credlink.db");
  Executor executor_{2};
  std::unique_ptr<SqliteStore> store_;
};

TEST_F(SqliteDamageTest, ListsShowItInItsPlace) {
  for (const AccountFilter& filter :
       {AccountFilter(), Compare(Comparison::kState, Comparison::kEqual, 2)}) {
    const std::vector<v1::Account> accounts = List(PageOf("acme", 10, filter));
    ASSERT_EQ(accounts.size(), 3u);
    EXPECT_EQ(accounts[0].owner().display_name(), "Owner of a0");
    EXPECT_EQ(accounts[2].owner().display_name(), "Owner of a2");
    const v1::ReasonInfo& info = InfoOf(v1::ERROR_REASON_INTEGRITY_FAILURE);
    v1::Account expected;
    expected.set_name("tenants/acme/accounts/a1");
    expected.set_state(v1::Account::STATE_SUSPENDED);
    expected.mutable_health_reason()->set_code(v1::ERROR_REASON_INTEGRITY_FAILURE);
    expected.mutable_health_reason()->set_message(info.message());
    *expected.mutable_health_reason()->mutable_next_step() = info.next_step();
    EXPECT_EQ(accounts[1].SerializeAsString(), expected.SerializeAsString());
    EXPECT_FALSE(info.message().empty());
    EXPECT_EQ(Count(PageOf("acme", 10, filter)), 3);
  }
}

TEST_F(SqliteDamageTest, NobodyKnowsWhetherAFilterMeansIt) {
  for (const AccountFilter& filter :
       {Not(Equals(Comparison::kLabel, "x")), Not(Not(Equals(Comparison::kLabel, "a1")))}) {
    for (const v1::Account& account : List(PageOf("acme", 10, filter))) {
      EXPECT_NE(account.name(), "tenants/acme/accounts/a1");
    }
  }
  EXPECT_EQ(List(PageOf("acme", 10, Not(Equals(Comparison::kLabel, "x")))).size(), 2u);
  EXPECT_EQ(Count(PageOf("acme", 10, Not(Equals(Comparison::kLabel, "x")))), 2);
}

TEST_F(SqliteDamageTest, ItAloneCannotBeRead) {
  const auto damaged = RunTask(executor_, store_->GetAccount("acme", "a1"));
  EXPECT_EQ(ReasonOf(damaged.status()), v1::ERROR_REASON_INTEGRITY_FAILURE);
  EXPECT_TRUE(RunTask(executor_, store_->GetAccount("acme", "a0")).ok());
  const SiblingQuery query{"acme", "lastpass", "1234567", "another tag", 10};
  const auto siblings = RunTask(executor_, store_->ListSiblings(query));
  ASSERT_TRUE(siblings.ok());
  ASSERT_EQ(siblings->size(), 2u);
  EXPECT_NE((*siblings)[0].account_id, "a1");
  EXPECT_NE((*siblings)[1].account_id, "a1");
}

TEST_F(SqliteDamageTest, ItCanBePurgedThoughItIsNotDeleted) {
  const FakeClock clock(kNow);
  Purging purging(executor_, *store_, *store_, clock);
  const auto purge = [&](const v1::PurgeAccountRequest& request) {
    return RunTask(executor_, purging.purger.Purge(Purging::Jane(), request));
  };
  v1::PurgeAccountRequest request;
  request.set_name("tenants/acme/accounts/a1");
  request.set_etag("1-x");
  EXPECT_EQ(ReasonOf(purge(request).status()), v1::ERROR_REASON_INTEGRITY_FAILURE);
  request.clear_etag();
  const auto receipt = purge(request);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(receipt->name(), request.name());
  EXPECT_EQ(receipt->credential_versions(), 0);
  EXPECT_FALSE(RunTask(executor_, store_->GetAccount("acme", "a1"))->has_value());
  request.set_name("tenants/acme/accounts/a0");
  EXPECT_EQ(ReasonOf(purge(request).status()), v1::ERROR_REASON_ACCOUNT_NOT_DELETED);
}

TEST_F(SqliteDamageTest, ItCanBeErased) {
  AccountRecord record;
  record.account_id = "a1";
  record.revision = 1;
  const auto outcome =
      RunTask(executor_, store_->Apply(ChangeOf("acme", AccountChange::kErase, record)));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->kind, ChangeOutcome::kApplied);
  EXPECT_EQ(List(PageOf("acme", 10)).size(), 2u);
  EXPECT_FALSE(RunTask(executor_, store_->GetAccount("acme", "a1"))->has_value());
}

// The message of b1 is so long that it has pages of its own, of which one leads nowhere.
class SqliteDamagedPageTest : public testing::Test {
 protected:
  SqliteDamagedPageTest() {
    Open();
    for (const char* id : {"b0", "b1", "b2"}) {
      NewAccount account = MakeAccount("acme", id);
      for (int i = 0; i < 1000; ++i) {
        account.account.mutable_owner()->mutable_display_name()->append(
            absl::StrCat("<owner of ", id, ">"));
      }
      EXPECT_TRUE(RunTask(executor_, store_->Apply(InsertionOf(account))).ok());
    }
    store_.reset();
    BreakChain("<owner of b1>");
    Open();
  }

  void Open() {
    SqliteOptions options;
    options.path = path_;
    options.on_failure = [](absl::Status status) { ADD_FAILURE() << status; };
    options.on_trouble = [this](absl::Status) { ++troubles_; };
    absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  // Flips a bit of the number of the page behind the first one that is full of `text`.
  void BreakChain(const std::string& text) {
    constexpr size_t kPage = 4096;
    std::string file = FileAt(path_);
    for (size_t page = 0; page < file.size(); page += kPage) {
      if (absl::string_view(file).substr(page + 4, 2 * text.size()).find(text) ==
          absl::string_view::npos) {
        continue;
      }
      ASSERT_NE(file.substr(page, 4), std::string(4, '\0'));
      file[page] = static_cast<char>(file[page] ^ 0x40);
      std::ofstream(path_, std::ios::binary) << file;
      return;
    }
    FAIL() << "no page was found";
  }

  TempDirectory directory_;
  const std::string path_ = directory_.File("credlink.db");
  Executor executor_{2};
  std::atomic<int> troubles_{0};
  std::unique_ptr<SqliteStore> store_;
};

TEST_F(SqliteDamagedPageTest, TheAccountAloneIsDamaged) {
  const auto damaged = RunTask(executor_, store_->GetAccount("acme", "b1"));
  EXPECT_EQ(ReasonOf(damaged.status()), v1::ERROR_REASON_INTEGRITY_FAILURE);
  EXPECT_EQ(troubles_, 1);
  EXPECT_TRUE(RunTask(executor_, store_->GetAccount("acme", "b0"))->has_value());
  const SiblingQuery query{"acme", "lastpass", "1234567", "another tag", 10};
  EXPECT_EQ(RunTask(executor_, store_->ListSiblings(query))->size(), 2u);
  EXPECT_TRUE(RunTask(executor_, store_->Apply(InsertionOf(MakeAccount("acme", "b3")))).ok());
}

TEST_F(SqliteDamagedPageTest, ListsShowItInItsPlace) {
  for (const ListOrder::Key key :
       {ListOrder::kCreateTime, ListOrder::kUpdateTime, ListOrder::kLabel}) {
    ListQuery query = PageOf("acme", 10);
    query.order.key = key;
    const auto page = RunTask(executor_, store_->ListAccounts(query));
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_EQ(page->accounts.size(), 3u);
    for (int i = 0; i < 3; ++i) {
      v1::Account account;
      ASSERT_TRUE(account.ParseFromString(page->accounts[i]));
      EXPECT_EQ(account.name(), absl::StrCat("tenants/acme/accounts/b", i));
      EXPECT_EQ(account.health_reason().code() == v1::ERROR_REASON_INTEGRITY_FAILURE, i == 1);
      EXPECT_EQ(account.owner().display_name().empty(), i == 1);
    }
    EXPECT_EQ(RunTask(executor_, store_->CountAccounts(query))->total, 3);
    query.filter = Not(Equals(Comparison::kLabel, "x"));
    EXPECT_EQ(RunTask(executor_, store_->ListAccounts(query))->accounts.size(), 2u);
    EXPECT_EQ(RunTask(executor_, store_->CountAccounts(query))->total, 2);
  }
}

// Nothing of such a row can be written; who tries is told, and the others go on.
TEST_F(SqliteDamagedPageTest, AWriteOfItFailsAlone) {
  const AccountKey key{"acme", "b1"};
  EXPECT_EQ(ReasonOf(RunTask(executor_, store_->PostponeCheck(key, kNow))),
            v1::ERROR_REASON_INTEGRITY_FAILURE);
  AccountRecord record;
  record.account_id = "b1";
  const auto erased =
      RunTask(executor_, store_->Apply(ChangeOf("acme", AccountChange::kErase, record)));
  EXPECT_EQ(ReasonOf(erased.status()), v1::ERROR_REASON_INTEGRITY_FAILURE);
  EXPECT_EQ(troubles_, 2);
  EXPECT_TRUE(RunTask(executor_, store_->GetSealedCredential("acme", "b1", 1))->has_value())
      << "nothing of it was erased";
  EXPECT_TRUE(RunTask(executor_, store_->Apply(InsertionOf(MakeAccount("acme", "b3")))).ok());
}

}  // namespace
}  // namespace credlink
