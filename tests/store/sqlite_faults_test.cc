// What becomes of the store on a disk that is full or fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <set>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/conformance/samples.h"
#include "tests/runtime/run_task.h"
#include "tests/store/fault_vfs.h"
#include "tests/store/raw_database.h"
#include "tests/store/temp_directory.h"

namespace credlink {
namespace {

class SqliteFaultsTest : public testing::Test {
 protected:
  absl::Status TryOpen() {
    SqliteOptions options;
    options.path = directory_.File("credlink.db");
    options.vfs = FaultVfs::name();
    options.checkpoint_pages = 8;  // so that checkpoints fail too
    options.on_failure = [this](absl::Status) { ++failures_; };
    options.on_trouble = [this](absl::Status) { ++troubles_; };
    absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(options);
    if (store.ok()) store_ = *std::move(store);
    return store.status();
  }

  absl::StatusOr<ChangeOutcome> Insert(const std::string& id) {
    NewAccount account = MakeAccount("acme", id, id, "lastpass", "7");
    account.request = MakeRequest("request-" + id, "response-" + id);
    return RunTask(executor_, store_->Apply(InsertionOf(account)));
  }

  absl::StatusOr<ChangeOutcome> Erase(const std::string& id) {
    AccountRecord record;
    record.account_id = id;
    record.revision = 1;
    return RunTask(executor_, store_->Apply(ChangeOf("acme", AccountChange::kErase, record)));
  }

  // The account and its credential, or neither.
  bool IsThere(const std::string& id) {
    const auto account = RunTask(executor_, store_->GetAccount("acme", id));
    const auto sealed = RunTask(executor_, store_->GetSealedCredential("acme", id, 1));
    EXPECT_TRUE(account.ok() && sealed.ok());
    EXPECT_EQ(account->has_value(), sealed->has_value()) << "half of " << id;
    return account->has_value();
  }

  FaultVfs disk_;
  TempDirectory directory_{"/dev/shm"};  // where what does not fail is fast
  Executor executor_{2};
  std::atomic<int> failures_{0};
  std::atomic<int> troubles_{0};
  std::unique_ptr<SqliteStore> store_;
};

TEST_F(SqliteFaultsTest, AFullDiskPasses) {
  ASSERT_TRUE(TryOpen().ok());
  ASSERT_TRUE(Insert("before").ok());
  disk_.FailWrites(SQLITE_FULL);
  const auto refused = Insert("meanwhile");
  EXPECT_EQ(ReasonOf(refused.status()), v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_GE(troubles_, 1);
  EXPECT_EQ(failures_, 0);
  EXPECT_TRUE(IsThere("before")) << "reading goes on";
  EXPECT_FALSE(IsThere("meanwhile"));

  disk_.FailWrites(SQLITE_OK);
  EXPECT_TRUE(Insert("after").ok());
  EXPECT_EQ(Insert("meanwhile")->kind, ChangeOutcome::kApplied) << "nothing of it was left";
}

// The WAL is tried to be emptied again and again; that is not told each time.
TEST_F(SqliteFaultsTest, AFullDiskIsToldOnceAMinuteOfWhatIsTriedAgain) {
  ASSERT_TRUE(TryOpen().ok());
  ASSERT_TRUE(Insert("before").ok());
  RawDatabase reader(directory_.File("credlink.db"));
  reader.Ask("BEGIN; SELECT count(*) FROM accounts");
  ASSERT_TRUE(Erase("before").ok());
  disk_.FailWrites(SQLITE_FULL);
  reader.Ask("COMMIT");
  while (disk_.refused_writes() < 3) std::this_thread::yield();
  EXPECT_EQ(troubles_, 1);
  disk_.FailWrites(SQLITE_OK);
  EXPECT_TRUE(RunTask(executor_, store_->AwaitErased()).ok());
  EXPECT_EQ(failures_, 0);
}

TEST_F(SqliteFaultsTest, AFailedSyncIsTheEndUntilARestart) {
  ASSERT_TRUE(TryOpen().ok());
  ASSERT_TRUE(Insert("before").ok());
  disk_.FailSyncs(SQLITE_IOERR_FSYNC);
  EXPECT_EQ(ReasonOf(Insert("meanwhile").status()), v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_EQ(failures_, 1);
  disk_.FailSyncs(SQLITE_OK);
  EXPECT_FALSE(Insert("after").ok()) << "nobody knows what is on the disk";
  EXPECT_EQ(failures_, 1) << "told once";

  store_.reset();
  ASSERT_TRUE(TryOpen().ok());
  EXPECT_TRUE(IsThere("before"));
  EXPECT_FALSE(IsThere("after"));
  IsThere("meanwhile");  // whichever, but whole
  EXPECT_TRUE(Insert("after").ok());
}

// Every write and every sync of a short life fails once, one after the other.
TEST_F(SqliteFaultsTest, WhereverItFailsNothingAnsweredIsLost) {
  constexpr int kInserts = 6;
  constexpr int kMost = 2000;
  int n = 0;
  for (bool failed = true; failed; ++n) {
    ASSERT_LT(n, kMost) << "the loop does not end";
    SCOPED_TRACE(absl::StrCat("the failure of write or sync number ", n));
    const std::string round = absl::StrCat("r", n, "-");
    std::set<std::string> answered;
    bool erased = false;
    failed = false;
    failures_ = troubles_ = 0;
    disk_.FailNth(n);
    if (TryOpen().ok()) {
      for (int i = 0; i < kInserts; ++i) {
        const std::string id = absl::StrCat(round, i);
        if (Insert(id).ok()) {
          answered.insert(id);
        } else {
          failed = true;
        }
      }
      const absl::StatusOr<ChangeOutcome> outcome = Erase(round + "0");
      failed = failed || !outcome.ok();
      if (outcome.ok() && outcome->kind == ChangeOutcome::kApplied) erased = true;
      if (!outcome.ok()) answered.erase(round + "0");  // whichever
      store_.reset();
    } else {
      failed = true;
    }
    failed = failed || failures_ + troubles_ > 0;
    disk_.FailNth(-1);
    ASSERT_TRUE(TryOpen().ok());
    if (erased) answered.erase(round + "0");
    EXPECT_TRUE(!erased || !IsThere(round + "0"));
    for (const std::string& id : answered) EXPECT_TRUE(IsThere(id)) << id;
    for (int i = 0; i < kInserts; ++i) IsThere(absl::StrCat(round, i));
    store_.reset();
  }
  EXPECT_GT(n, kInserts) << "no failure was met";

  EXPECT_EQ(RawDatabase(directory_.File("credlink.db")).Ask("PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace credlink
