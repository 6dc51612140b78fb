// What is left in the files of what was erased.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/conformance/samples.h"
#include "tests/runtime/run_task.h"
#include "tests/store/raw_database.h"
#include "tests/store/store_files.h"
#include "tests/store/temp_directory.h"

namespace credlink {
namespace {

class SqliteEraseTest : public testing::Test {
 protected:
  SqliteEraseTest() {
    SqliteOptions options;
    options.path = path_;
    options.on_failure = [](absl::Status status) { ADD_FAILURE() << status; };
    absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(options);
    EXPECT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  // Bytes that are nowhere else.
  std::string RandomBytes(size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }

  ChangeOutcome::Kind Apply(ChangeSet set) {
    const auto outcome = RunTask(executor_, store_->Apply(std::move(set)));
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? outcome->kind : ChangeOutcome::kConflict;
  }

  ChangeSet ErasureOf(const std::string& id) {
    const auto record = RunTask(executor_, store_->GetAccount("acme", id));
    EXPECT_TRUE(record.ok() && record->has_value()) << id;
    return ChangeOf("acme", AccountChange::kErase, **record);
  }

  void Erase(const std::string& id) {
    ASSERT_EQ(Apply(ErasureOf(id)), ChangeOutcome::kApplied);
    const absl::Status erased = RunTask(executor_, store_->AwaitErased());
    ASSERT_TRUE(erased.ok()) << erased;
  }

  // All that the store's files hold.
  std::string Files() const { return FilesIn(directory_.path()); }

  std::mt19937 random_{20260102};
  TempDirectory directory_{"/dev/shm"};  // where a sync costs nothing: each erasure needs some
  const std::string path_ = directory_.File("credlink.db");
  Executor executor_{2};
  std::unique_ptr<SqliteStore> store_;
};

TEST_F(SqliteEraseTest, NoFileHoldsWhatWasErased) {
  constexpr int kAccounts = 150;
  std::vector<std::string> sealed;
  std::vector<std::string> notes;
  for (int i = 0; i < kAccounts; ++i) {
    NewAccount account = MakeAccount("acme", absl::StrCat("a", i * 37 % kAccounts));
    sealed.push_back(RandomBytes(64 + random_() % 3000));
    account.sealed_credential = sealed.back();
    notes.push_back(absl::BytesToHexString(RandomBytes(100)));
    (*account.account.mutable_annotations())["note"] = notes.back();
    ASSERT_EQ(Apply(InsertionOf(account)), ChangeOutcome::kApplied);
  }
  // What is looked for are pieces: a page may end in the middle.
  const auto is_there = [](const std::string& files, const std::string& bytes) {
    return files.find(bytes.substr(0, 16)) != std::string::npos ||
           files.find(bytes.substr(bytes.size() - 16)) != std::string::npos;
  };
  std::string files = Files();
  for (int i = 0; i < kAccounts; ++i) {
    EXPECT_TRUE(is_there(files, sealed[i])) << "the control";
    EXPECT_TRUE(is_there(files, notes[i])) << "the control";
  }
  std::vector<bool> erased(kAccounts, false);
  for (int i = 0; i < kAccounts; i += 2) {
    Erase(absl::StrCat("a", i * 37 % kAccounts));
    erased[i] = true;
    files = Files();
    EXPECT_FALSE(is_there(files, sealed[i])) << i;
    EXPECT_FALSE(is_there(files, notes[i])) << i;
  }
  for (int i = 0; i < kAccounts; ++i) {
    EXPECT_EQ(is_there(files, sealed[i]), !erased[i]) << i;
    EXPECT_EQ(is_there(files, notes[i]), !erased[i]) << i;
  }
  EXPECT_EQ(RawDatabase(path_).Ask("PRAGMA integrity_check"), "ok");
}

// The pages that the writer has in memory still hold what it zeroed on the way to the disk: they
// must not be the ones that the next change writes.
TEST_F(SqliteEraseTest, TheNextChangeDoesNotBringBackWhatWasErased) {
  constexpr int kAccounts = 200;
  constexpr int kRounds = 300;
  std::vector<NewAccount> there;
  const auto insert = [&] {
    NewAccount account = MakeAccount("acme", absl::BytesToHexString(RandomBytes(8)));
    (*account.account.mutable_annotations())["note"] =
        absl::BytesToHexString(RandomBytes(20 + random_() % 200));
    account.sealed_credential = RandomBytes(64 + random_() % 400);
    ASSERT_EQ(Apply(InsertionOf(account)), ChangeOutcome::kApplied);
    there.push_back(account);
  };
  for (int i = 0; i < kAccounts; ++i) insert();
  std::vector<std::string> erased;
  for (int i = 0; i < kRounds; ++i) {
    std::swap(there[random_() % there.size()], there.back());
    const NewAccount account = std::move(there.back());
    there.pop_back();
    Erase(account.account_id);
    for (const std::string& bytes :
         {account.account.annotations().at("note"), account.sealed_credential}) {
      erased.push_back(bytes.substr(0, 16));
      erased.push_back(bytes.substr(bytes.size() - 16));
    }
    insert();
    const std::string written = FileAt(path_ + "-wal");
    EXPECT_FALSE(written.empty());
    for (const std::string& bytes : erased) {
      EXPECT_EQ(written.find(bytes), std::string::npos) << "in round " << i;
    }
  }
}

TEST_F(SqliteEraseTest, NoFileHoldsADroppedCredentialAfterTheNextErasure) {
  NewAccount account = MakeAccount("acme", "a1");
  account.sealed_credential = RandomBytes(200);
  ASSERT_EQ(Apply(InsertionOf(account)), ChangeOutcome::kApplied);
  ASSERT_EQ(Apply(InsertionOf(MakeAccount("acme", "a2"))), ChangeOutcome::kApplied);
  ChangeSet drop = ErasureOf("a1");
  drop.changes.front().kind = AccountChange::kUpdate;
  drop.changes.front().drop_credentials = {1};
  ASSERT_EQ(Apply(drop), ChangeOutcome::kApplied);
  Erase("a2");
  EXPECT_EQ(Files().find(account.sealed_credential.substr(0, 16)), std::string::npos);
}

// Rows that are moved about by growing neighbours leave no copies behind, nor do older messages.
TEST_F(SqliteEraseTest, NoFileHoldsWhatAMovedAccountWas) {
  constexpr int kAccounts = 40;
  std::vector<std::string> notes(kAccounts);
  for (int i = 0; i < kAccounts; ++i) {
    ASSERT_EQ(Apply(InsertionOf(MakeAccount("acme", absl::StrCat("a", i)))),
              ChangeOutcome::kApplied);
  }
  std::vector<std::string> older;
  for (int i = 0; i < 10 * kAccounts; ++i) {
    const int number = static_cast<int>(random_() % kAccounts);
    ChangeSet set = ErasureOf(absl::StrCat("a", number));
    set.changes.front().kind = AccountChange::kUpdate;
    if (!notes[number].empty()) older.push_back(notes[number]);
    notes[number] = absl::BytesToHexString(RandomBytes(20 + random_() % 400));
    (*set.changes.front().record.account.mutable_annotations())["note"] = notes[number];
    ASSERT_EQ(Apply(set), ChangeOutcome::kApplied);
  }
  for (int i = 0; i < kAccounts; i += 3) {
    Erase(absl::StrCat("a", i));
    older.push_back(notes[i]);
  }
  const std::string files = Files();
  for (const std::string& note : older) {
    if (note.empty()) continue;
    EXPECT_EQ(files.find(note.substr(0, 16)), std::string::npos);
    EXPECT_EQ(files.find(note.substr(note.size() - 16)), std::string::npos);
  }
  EXPECT_EQ(RawDatabase(path_).Ask("PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace credlink
