#include "server/store/sqlite/writer.h"

#include "server/store/sqlite/sqlite_error.h"

namespace credlink::sqlite {
namespace {

// When readers keep the WAL from being restarted until it is so many times too long, the writer
// waits for them to finish what they read now.
constexpr int kMuchTooLong = 8;

// How often the busy timeout may pass while readers hold on to a WAL that must be emptied.
constexpr int kEmptyingAttempts = 2;

int KeepWalPages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

Writer::Writer(Connection connection, std::unique_ptr<Queries> queries, FailureState& state,
               WriterOptions options)
    : connection_(std::move(connection)),
      queries_(std::move(queries)),
      state_(state),
      options_(options),
      queue_(options.queue_limit) {
  // In the place of SQLite's own checkpoints, which hide their errors and delay the answers.
  sqlite3_wal_hook(connection_.handle(), KeepWalPages, &wal_pages_);
  thread_ = std::thread([this] { Loop(); });
}

Writer::~Writer() {
  queue_.Close();
  thread_.join();
  if (!state_.failed()) Checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
  if (state_.failed()) {
    // Nothing more is written to a disk that failed; the next start recovers from the WAL.
    sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
}

WriterStats Writer::stats() const {
  return WriterStats{writes_.load(), transactions_.load(), checkpoints_.load()};
}

void Writer::Submit(std::unique_ptr<Write> write, Kind kind) {
  Entry entry{std::move(write), kind, absl::OkStatus()};
  if (state_.failed() || !queue_.Push(entry)) entry.write->Finish(StoreUnavailable());
}

void Writer::Loop() {
  std::vector<Entry> group;
  while (queue_.Pop(options_.group_limit, group)) {
    RunGroup(group);
    group.clear();
    CheckpointIfDue();
  }
}

void Writer::CheckpointIfDue() {
  if (state_.failed()) return;
  if (must_empty_wal_) {
    // Somebody still reads; nobody's write has to wait for that.
    connection_.WaitForLocks(false);
    must_empty_wal_ = !Checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
    connection_.WaitForLocks(true);
  } else if (wal_pages_ >= options_.checkpoint_pages) {
    bool insist = wal_pages_ >= kMuchTooLong * options_.checkpoint_pages;
    Checkpoint(insist ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE);
  }
}

void Writer::RunGroup(std::vector<Entry>& group) {
  absl::Status status = state_.failed() ? StoreUnavailable() : CommitGroup(group);
  if (!status.ok() && !state_.failed()) {
    state_.Report(status);
    if (connection_.InTransaction()) {
      absl::Status undone = queries_->rollback.Run();
      if (!undone.ok()) state_.Report(absl::DataLossError(undone.message()));
    }
  }
  bool erased = false;
  for (Entry& entry : group) {
    if (!status.ok()) entry.status = status;
    if (entry.kind == kErases && entry.status.ok()) {
      erased = true;
    } else {
      entry.write->Finish(entry.status);
    }
  }
  if (!erased) return;
  status = EmptyWal();
  for (Entry& entry : group) {
    if (entry.kind == kErases && entry.status.ok()) entry.write->Finish(status);
  }
}

absl::Status Writer::EmptyWal() {
  must_empty_wal_ = true;
  for (int i = 0; must_empty_wal_ && i < kEmptyingAttempts && !state_.failed(); ++i) {
    must_empty_wal_ = !Checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
  }
  return must_empty_wal_ ? StoreUnavailable() : absl::OkStatus();
}

absl::Status Writer::CommitGroup(std::vector<Entry>& group) {
  absl::Status status = queries_->begin_write.Run();
  if (!status.ok()) return status;
  int64_t applied = 0;
  for (Entry& entry : group) {
    status = ApplyInSavepoint(entry);
    if (!status.ok()) return status;
    if (entry.status.ok()) ++applied;
  }
  status = queries_->commit.Run();
  if (!status.ok()) return status;
  writes_ += applied;
  ++transactions_;
  return absl::OkStatus();
}

// An error that concerns this write alone goes to the entry; any other is the group's.
absl::Status Writer::ApplyInSavepoint(Entry& entry) {
  absl::Status status = queries_->savepoint.Run();
  if (!status.ok()) return status;
  entry.status = entry.write->Apply(*queries_);
  if (!entry.status.ok()) {
    if (SeverityOf(entry.status) != Severity::kAlone) return entry.status;
    state_.Report(entry.status);
    status = queries_->rollback_to.Run();
    if (!status.ok()) return status;
  }
  return queries_->release.Run();
}

bool Writer::Checkpoint(int mode) {
  int code = sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, mode, nullptr, nullptr);
  // Locked: a reader still needs the WAL; the next one will do it.
  if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) {
    ++checkpoints_;
    return false;
  }
  if (code != SQLITE_OK) {
    state_.Report(SqliteError(connection_.handle(), code, "copy the WAL into the database"));
    return false;
  }
  ++checkpoints_;
  // The pages in memory still hold what the vfs zeroed on the way to the disk: written again by
  // another change, they would bring it back.
  if (mode == SQLITE_CHECKPOINT_TRUNCATE) sqlite3_db_release_memory(connection_.handle());
  return true;
}

}  // namespace credlink::sqlite
