// A database that an older Credlink wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"
#include "server/store/sqlite/migrations.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/conformance/samples.h"
#include "tests/runtime/run_task.h"
#include "tests/store/raw_database.h"
#include "tests/store/temp_directory.h"

namespace credlink {
namespace {

using sqlite::Blob;
using sqlite::Connection;
using sqlite::Statement;
using testing::ElementsAre;

class SqliteMigrationTest : public testing::Test {
 protected:
  SqliteMigrationTest() {
    std::ofstream(path_).close();
    sqlite::ConnectionOptions options;
    options.path = path_;
    options.read_only = false;
    absl::StatusOr<Connection> connection = Connection::Open(options);
    EXPECT_TRUE(connection.ok()) << connection.status();
    EXPECT_TRUE(sqlite::Migrate(*connection, 1).ok());
    old_ = std::make_unique<Connection>(*std::move(connection));
  }

  // As version 1 did.
  void InsertOld(const NewAccount& account, const std::string& message) {
    Statement insert = old_->Prepare(
        "INSERT INTO accounts (tenant, account_id, owner_id, provider, account_number, state,"
        " message) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    Statement seal = old_->Prepare("INSERT INTO credentials VALUES (?1, ?2, 1, ?3)");
    const v1::Account& public_part = account.account;
    EXPECT_TRUE(insert
                    .Run(account.tenant, account.account_id, public_part.owner().id(),
                         public_part.provider(), public_part.account_number(),
                         int64_t{public_part.state()}, Blob{message})
                    .ok());
    EXPECT_TRUE(seal.Run(account.tenant, account.account_id, Blob{account.sealed_credential}).ok());
  }

  void Open() {
    old_.reset();
    SqliteOptions options;
    options.path = path_;
    options.on_failure = [](absl::Status status) { ADD_FAILURE() << status; };
    options.on_trouble = [](absl::Status status) { ADD_FAILURE() << status; };
    absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  std::vector<std::string> List(ListQuery query) {
    const absl::StatusOr<AccountPage> page = RunTask(executor_, store_->ListAccounts(query));
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> names;
    for (const std::string& message : page->accounts) {
      v1::Account account;
      EXPECT_TRUE(account.ParseFromString(message));
      names.push_back(account.name());
    }
    return names;
  }

  TempDirectory directory_;
  const std::string path_ = directory_.File("credlink.db");
  std::unique_ptr<Connection> old_;
  Executor executor_{2};
  std::unique_ptr<SqliteStore> store_;
};

TEST_F(SqliteMigrationTest, KeepsTheAccountsOfVersion1) {
  std::vector<NewAccount> accounts;
  for (int i = 0; i < 4; ++i) {
    NewAccount account = MakeAccount("acme", absl::StrCat("a", i));
    account.account.mutable_create_time()->set_seconds(100 - i);
    account.account.mutable_update_time()->set_seconds(200 + i);
    (*account.account.mutable_annotations())["team"] = i % 2 == 0 ? "red" : "blue";
    if (i == 3) account.account.set_state(v1::Account::STATE_DELETED);
    InsertOld(account, account.account.SerializeAsString());
    accounts.push_back(account);
  }
  EXPECT_EQ(RawDatabase(path_).Ask("PRAGMA user_version"), "1");
  Open();
  EXPECT_EQ(RawDatabase(path_).Ask("PRAGMA user_version; PRAGMA integrity_check;"
                                   "PRAGMA foreign_key_check"),
            "2ok");
  const std::string name = "tenants/acme/accounts/a";
  EXPECT_THAT(List(PageOf("acme", 10)), ElementsAre(name + "2", name + "1", name + "0"));
  ListQuery all = PageOf("acme", 10);
  all.show_deleted = true;
  all.order.key = ListOrder::kUpdateTime;
  EXPECT_THAT(List(all), ElementsAre(name + "0", name + "1", name + "2", name + "3"));
  EXPECT_THAT(List(PageOf("acme", 10, Annotated("team", "red"))),
              ElementsAre(name + "2", name + "0"));
  EXPECT_THAT(List(PageOf("acme", 10, Equals(Comparison::kLabel, "a1"))), ElementsAre(name + "1"));
  for (const NewAccount& account : accounts) {
    const auto record = RunTask(executor_, store_->GetAccount("acme", account.account_id));
    ASSERT_TRUE(record.ok() && record->has_value()) << record.status();
    EXPECT_EQ((*record)->account.SerializeAsString(), account.account.SerializeAsString());
    EXPECT_EQ((*record)->revision, 1);
    const auto sealed =
        RunTask(executor_, store_->GetSealedCredential("acme", account.account_id, 1));
    EXPECT_EQ(*sealed, account.sealed_credential);
  }
}

TEST_F(SqliteMigrationTest, GoesOnWithThem) {
  const NewAccount account = MakeAccount("acme", "a1", "jane", "lastpass", "7");
  InsertOld(account, account.account.SerializeAsString());
  Open();
  const auto again = RunTask(
      executor_, store_->Apply(InsertionOf(MakeAccount("acme", "a2", "jane", "lastpass", "7"))));
  EXPECT_EQ(again->kind, ChangeOutcome::kAlreadyLinked);
  EXPECT_EQ(again->existing_account_id, "a1");
  DueQuery due;
  due.now = kNow;
  EXPECT_EQ(RunTask(executor_, store_->ListDue(due))->accounts.size(), 1u) << "never checked";
  const auto record = RunTask(executor_, store_->GetAccount("acme", "a1"));
  const auto erased =
      RunTask(executor_, store_->Apply(ChangeOf("acme", AccountChange::kErase, **record)));
  EXPECT_EQ(erased->kind, ChangeOutcome::kApplied);
  store_.reset();
  EXPECT_EQ(RawDatabase(path_).Ask("SELECT count(*) FROM credentials"), "0");
}

TEST_F(SqliteMigrationTest, AMessageThatCannotBeReadStaysAndShows) {
  InsertOld(MakeAccount("acme", "bad"), "\xff\xff no message");
  const NewAccount good = MakeAccount("acme", "good");
  InsertOld(good, good.account.SerializeAsString());
  Open();
  EXPECT_THAT(List(PageOf("acme", 10)),
              ElementsAre("tenants/acme/accounts/bad", "tenants/acme/accounts/good"));
  EXPECT_EQ(ReasonOf(RunTask(executor_, store_->GetAccount("acme", "bad")).status()),
            v1::ERROR_REASON_INTEGRITY_FAILURE);
}

}  // namespace
}  // namespace credlink
