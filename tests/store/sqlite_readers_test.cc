// Somebody else reads the database for long, as an operator's shell or a copy under way does: what
// he has seen cannot leave the WAL, and everybody else goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "server/accounts/account_factory.h"
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

using testing::HasSubstr;

class SqliteReadersTest : public testing::Test {
 protected:
  SqliteReadersTest() {
    options_.path = directory_.File("credlink.db");
    options_.on_failure = [](absl::Status status) { ADD_FAILURE() << status; };
    options_.on_trouble = [this](absl::Status status) {
      MutexLock lock(mutex_);
      troubles_.emplace_back(status.message());
    };
    options_.erase_wait = absl::ZeroDuration();
    options_.lock_wait = absl::ZeroDuration();
  }

  void Open() {
    absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(options_);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  void Insert(const std::string& id, const std::string& sealed) {
    NewAccount account = MakeAccount("acme", id);
    account.account.set_state(v1::Account::STATE_DELETED);
    *account.account.mutable_purge_time() = ToProto(kNow);
    account.sealed_credential = sealed;
    const auto outcome = RunTask(executor_, store_->Apply(InsertionOf(account)));
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    ASSERT_EQ(outcome->kind, ChangeOutcome::kApplied);
  }

  void Erase(const std::string& id) {
    AccountRecord record;
    record.account_id = id;
    const auto outcome =
        RunTask(executor_, store_->Apply(ChangeOf("acme", AccountChange::kErase, record)));
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    ASSERT_EQ(outcome->kind, ChangeOutcome::kApplied);
  }

  bool IsThere(const std::string& id) {
    return RunTask(executor_, store_->GetAccount("acme", id))->has_value();
  }

  absl::optional<v1::ErrorReason> WhyNotErased() {
    return ReasonOf(RunTask(executor_, store_->AwaitErased()));
  }

  // Whether any file of the store does.
  bool FilesHold(const std::string& text) const {
    return FilesIn(directory_.path()).find(text) != std::string::npos;
  }

  std::vector<std::string> Troubles() {
    MutexLock lock(mutex_);
    return troubles_;
  }

  TempDirectory directory_;
  SqliteOptions options_;
  Executor executor_{2};
  Mutex mutex_;
  std::vector<std::string> troubles_;
  std::unique_ptr<SqliteStore> store_;
};

// Reads the database, from now on until the COMMIT.
void BeginReading(RawDatabase& reader) { reader.Ask("BEGIN; SELECT count(*) FROM accounts"); }

TEST_F(SqliteReadersTest, WhatIsErasedLeavesTheFilesWhenTheyHaveRead) {
  Open();
  Insert("a1", "the sealed secret");
  RawDatabase reader(options_.path);
  BeginReading(reader);
  Erase("a1");
  EXPECT_EQ(WhyNotErased(), v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_FALSE(IsThere("a1"));
  EXPECT_TRUE(FilesHold("the sealed secret")) << "the control";
  Insert("a2", "another secret");
  EXPECT_TRUE(IsThere("a2"));
  EXPECT_EQ(WhyNotErased(), v1::ERROR_REASON_STORE_UNAVAILABLE);
  ASSERT_EQ(Troubles().size(), 1u) << "told once a minute";
  EXPECT_THAT(Troubles().front(), HasSubstr("cannot be emptied of what was erased"));

  reader.Ask("COMMIT");
  EXPECT_EQ(WhyNotErased(), absl::nullopt);
  EXPECT_FALSE(FilesHold("the sealed secret"));
}

// Nobody writes meanwhile.
TEST_F(SqliteReadersTest, TheAnswerComesWhenTheyHaveRead) {
  options_.erase_wait = absl::Minutes(10);
  Open();
  Insert("a1", "the sealed secret");
  RawDatabase reader(options_.path);
  BeginReading(reader);
  Erase("a1");
  auto erased = StartTask(executor_, store_->AwaitErased());
  Insert("a2", "another secret");
  EXPECT_EQ(erased.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  EXPECT_TRUE(FilesHold("the sealed secret"));
  reader.Ask("COMMIT");
  EXPECT_TRUE(erased.get().ok());
  EXPECT_FALSE(FilesHold("the sealed secret"));
  EXPECT_TRUE(Troubles().empty());
}

TEST_F(SqliteReadersTest, ARestartKnowsWhatIsStillThere) {
  Open();
  Insert("a1", "the sealed secret");
  RawDatabase reader(options_.path);
  BeginReading(reader);
  Erase("a1");
  store_.reset();
  Open();
  EXPECT_EQ(WhyNotErased(), v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_TRUE(FilesHold("the sealed secret")) << "the control";
  reader.Ask("COMMIT");
  EXPECT_EQ(WhyNotErased(), absl::nullopt);
  EXPECT_FALSE(FilesHold("the sealed secret"));
}

// If each write waited for the reader as long as for a lock, this would take many minutes.
TEST_F(SqliteReadersTest, NobodysWriteWaitsForThem) {
  options_.checkpoint_pages = 2;
  options_.lock_wait = absl::Minutes(10);
  Open();
  Insert("a", "");
  RawDatabase reader(options_.path);
  BeginReading(reader);
  for (int i = 0; i < 30; ++i) Insert(absl::StrCat("a", i), "");
  Erase("a0");
  for (int i = 30; i < 40; ++i) Insert(absl::StrCat("a", i), "");
  ASSERT_EQ(Troubles().size(), 1u);
  EXPECT_THAT(Troubles().front(), HasSubstr("cannot be emptied; look for a sqlite3 shell"));
  reader.Ask("COMMIT");
}

TEST_F(SqliteReadersTest, NoReceiptIsGivenOutBefore) {
  Open();
  Insert("a1", "the sealed secret");
  const FakeClock clock(kNow);
  Purging purging(executor_, *store_, *store_, clock);
  RawDatabase reader(options_.path);
  BeginReading(reader);
  v1::PurgeAccountRequest request;
  request.set_name("tenants/acme/accounts/a1");
  request.set_request_id("r1");
  const auto purge = [&] {
    return RunTask(executor_, purging.purger.Purge(Purging::Jane(), request));
  };
  EXPECT_EQ(ReasonOf(purge().status()), v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_FALSE(IsThere("a1"));
  const EventPage page = *RunTask(executor_, store_->ListEvents("acme", 0, 10, 1 << 20));
  ASSERT_EQ(page.events.size(), 1u);
  EXPECT_THAT(purging.LogText(), HasSubstr("account purged")) << "it is done, and known to be";
  EXPECT_EQ(ReasonOf(purge().status()), v1::ERROR_REASON_STORE_UNAVAILABLE) << "once more";
  EXPECT_TRUE(FilesHold("the sealed secret")) << "the control";

  reader.Ask("COMMIT");
  const absl::StatusOr<v1::PurgeReceipt> receipt = purge();
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(receipt->name(), request.name());
  EXPECT_FALSE(FilesHold("the sealed secret"));
  EXPECT_EQ(RunTask(executor_, store_->ListEvents("acme", 0, 10, 1 << 20))->last, 1);
}

}  // namespace
}  // namespace credlink
