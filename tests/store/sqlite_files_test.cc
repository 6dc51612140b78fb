// The database as a file: what opening it asks for, and what it keeps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/conformance/samples.h"
#include "tests/runtime/run_task.h"
#include "tests/store/raw_database.h"
#include "tests/store/temp_directory.h"

namespace credlink {
namespace {

using testing::HasSubstr;

class SqliteFilesTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<SqliteStore>> Open() {
    SqliteOptions options;
    options.path = path_;
    options.on_failure = [](absl::Status status) { ADD_FAILURE() << status; };
    return SqliteStore::Open(options);
  }

  std::string Ask(const std::string& sql) { return RawDatabase(path_).Ask(sql); }

  TempDirectory directory_;
  const std::string path_ = directory_.File("credlink.db");
  Executor executor_{2};
};

TEST_F(SqliteFilesTest, KeepsEverythingOverARestart) {
  std::string deployment;
  const NewAccount account = MakeAccount("acme", "a1");
  {
    auto store = Open();
    ASSERT_TRUE(store.ok()) << store.status();
    deployment = (*store)->deployment_id();
    ASSERT_TRUE(RunTask(executor_, (*store)->Apply(InsertionOf(account))).ok());
  }
  auto store = Open();
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ((*store)->deployment_id(), deployment);
  EXPECT_FALSE(deployment.empty());
  const auto record = RunTask(executor_, (*store)->GetAccount("acme", "a1"));
  ASSERT_TRUE(record.ok() && record->has_value()) << record.status();
  EXPECT_EQ((*record)->account.SerializeAsString(), account.account.SerializeAsString());
  EXPECT_EQ(*RunTask(executor_, (*store)->GetSealedCredential("acme", "a1", 1)),
            account.sealed_credential);
}

TEST_F(SqliteFilesTest, TwoStoresAreTwoDeployments) {
  auto store = Open();
  ASSERT_TRUE(store.ok());
  TempDirectory other_directory;
  SqliteOptions options;
  options.path = other_directory.File("credlink.db");
  auto other = SqliteStore::Open(options);
  ASSERT_TRUE(other.ok());
  EXPECT_NE((*store)->deployment_id(), (*other)->deployment_id());
}

TEST_F(SqliteFilesTest, FilesAreForTheOwnerAlone) {
  std::ofstream(path_).close();
  ASSERT_EQ(chmod(path_.c_str(), 0644), 0);
  auto store = Open();
  ASSERT_TRUE(store.ok()) << store.status();
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat info = {};
    ASSERT_EQ(stat((path_ + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 07777, 0600u) << suffix;
  }
}

TEST_F(SqliteFilesTest, OneServerAtATime) {
  auto first = Open();
  ASSERT_TRUE(first.ok());
  const absl::Status second = Open().status();
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.message()), HasSubstr("another server"));
  first->reset();
  EXPECT_TRUE(Open().ok());
}

TEST_F(SqliteFilesTest, WaitingWritesShareATransaction) {
  auto store = Open();
  ASSERT_TRUE(store.ok());
  constexpr int kWrites = 300;
  std::vector<std::future<absl::StatusOr<ChangeOutcome>>> inserts;
  for (int i = 0; i < kWrites; ++i) {
    const std::string id = absl::StrCat("a", i);
    inserts.push_back(StartTask(
        executor_, (*store)->Apply(InsertionOf(MakeAccount("acme", id, id, "lastpass", "7")))));
  }
  for (auto& insert : inserts) EXPECT_TRUE(insert.get().ok());
  EXPECT_GE((*store)->stats().writes, kWrites);
  EXPECT_LT((*store)->stats().transactions, kWrites);
}

TEST_F(SqliteFilesTest, AFileThatIsNoDatabaseIsLeftAlone) {
  const std::string text(5000, 'x');
  std::ofstream(path_) << text;
  EXPECT_FALSE(Open().ok());
  std::ifstream file(path_);
  EXPECT_EQ(std::string((std::istreambuf_iterator<char>(file)), {}), text);
}

TEST_F(SqliteFilesTest, AnothersDatabaseIsLeftAlone) {
  Ask("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
  const absl::Status status = Open().status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("not one of Credlink"));
  EXPECT_EQ(Ask("SELECT group_concat(name) FROM sqlite_schema"), "theirs");
}

TEST_F(SqliteFilesTest, ANewerSchemaIsLeftAlone) {
  ASSERT_TRUE(Open().ok());
  const std::string now = Ask("PRAGMA user_version");
  Ask("PRAGMA user_version=999");
  const absl::Status status = Open().status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("a newer Credlink wrote it"));
  Ask("PRAGMA user_version=" + now);
  EXPECT_TRUE(Open().ok());
}

TEST_F(SqliteFilesTest, AVersionThatNobodyWroteIsLeftAlone) {
  ASSERT_TRUE(Open().ok());
  const std::string now = Ask("PRAGMA user_version");
  for (const char* version : {"-1", "0"}) {
    Ask(absl::StrCat("PRAGMA user_version=", version));
    const absl::Status status = Open().status();
    EXPECT_THAT(std::string(status.message()), HasSubstr("which no Credlink has written"));
    EXPECT_EQ(Ask("PRAGMA user_version"), version);
  }
  Ask("PRAGMA user_version=" + now);
  EXPECT_TRUE(Open().ok());
}

TEST_F(SqliteFilesTest, AMigrationThatWasCutOffStartsAgain) {
  // As a crash before the first commit leaves it: a database without tables.
  Ask("PRAGMA journal_mode=WAL");
  auto store = Open();
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_TRUE(RunTask(executor_, (*store)->Apply(InsertionOf(MakeAccount("acme", "a1")))).ok());
}

TEST_F(SqliteFilesTest, WritesAheadAndSurvivesPowerLoss) {
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(Ask("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(Ask("PRAGMA integrity_check"), "ok");
}

// What README says of backups. A copy page by page would begin again with each of these writes.
TEST_F(SqliteFilesTest, ACopyIsMadeWhileOthersWrite) {
  auto store = Open();
  ASSERT_TRUE(store.ok()) << store.status();
  const auto insert = [&](const std::string& id) {
    return RunTask(executor_, (*store)->Apply(InsertionOf(MakeAccount("acme", id))));
  };
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(insert(absl::StrCat("before-", i)).ok());
  std::atomic<bool> copied{false};
  std::thread writer([&] {
    for (int i = 0; !copied; ++i) EXPECT_TRUE(insert(absl::StrCat("a", i)).ok());
  });
  TempDirectory backup;
  Ask(absl::StrCat("VACUUM INTO '", backup.File("credlink.db"), "'"));
  copied = true;
  writer.join();

  SqliteOptions options;
  options.path = backup.File("credlink.db");
  auto copy = SqliteStore::Open(options);
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ((*copy)->deployment_id(), (*store)->deployment_id());
  EXPECT_TRUE(RunTask(executor_, (*copy)->GetAccount("acme", "before-49"))->has_value());
  EXPECT_EQ(RawDatabase(options.path).Ask("PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace credlink
