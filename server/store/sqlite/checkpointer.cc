#include "server/store/sqlite/checkpointer.h"

#include <sqlite3.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/sqlite_error.h"

namespace credlink::sqlite {
namespace {

// When readers keep the WAL from being restarted until it is so many times too long, the writer
// waits for them to finish what they read now.
constexpr int kMuchTooLong = 8;

// Most reads end within the first wait, and our own longest ones within the last.
constexpr absl::Duration kFirstWait = absl::Milliseconds(50);
constexpr absl::Duration kLastWait = absl::Seconds(1);
constexpr int kPauseForWait = 9;  // times the wait

constexpr absl::Duration kTellAgain = absl::Minutes(1);

int KeepWalPages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

Checkpointer::Checkpointer(Connection& connection, FailureState& state, CheckpointOptions options)
    : connection_(connection),
      state_(state),
      options_(options),
      must_empty_wal_(options.must_empty_wal),
      next_wait_(kFirstWait) {
  // In the place of SQLite's own checkpoints, which hide their errors and delay the answers.
  sqlite3_wal_hook(connection_.handle(), KeepWalPages, &wal_pages_);
}

void Checkpointer::RunIfDue() {
  if (state_.failed()) return;
  if (must_empty_wal_) {
    must_empty_wal_ = !Insist(SQLITE_CHECKPOINT_TRUNCATE);
  } else if (wal_pages_ >= kMuchTooLong * options_.wal_pages) {
    Insist(SQLITE_CHECKPOINT_RESTART);
  } else {
    stuck_since_.reset();
    if (wal_pages_ >= options_.wal_pages) Run(SQLITE_CHECKPOINT_PASSIVE);
  }
}

void Checkpointer::Finish() {
  if (!state_.failed() && Run(SQLITE_CHECKPOINT_TRUNCATE) == kDone) must_empty_wal_ = false;
  if (state_.failed()) {
    // Nothing more is written to a disk that failed; the next start recovers from the WAL.
    sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
}

bool Checkpointer::Insist(int mode) {
  const Clock::time_point begin = Clock::now();
  const bool waits = begin >= wait_after_;
  connection_.WaitForLocks(waits ? next_wait_ : absl::ZeroDuration());
  const Outcome outcome = Run(mode);
  connection_.WaitForLocks(options_.lock_wait);
  if (outcome == kDone) {
    next_wait_ = kFirstWait;
    stuck_since_.reset();
    return true;
  }
  if (waits) {
    wait_after_ = Clock::now() + absl::ToChronoNanoseconds(kPauseForWait * next_wait_);
    next_wait_ = std::min(2 * next_wait_, kLastWait);
  }
  if (!stuck_since_) stuck_since_ = begin;
  const auto stuck = Clock::now() - *stuck_since_;
  if (outcome == kLocked && stuck >= absl::ToChronoNanoseconds(options_.patience)) {
    Tell(ReadersAreInTheWay());
  }
  return false;
}

Checkpointer::Outcome Checkpointer::Run(int mode) {
  const int code = sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, mode, nullptr, nullptr);
  // Locked: a reader still needs the WAL; the next one will do it.
  const bool locked = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
  if (code != SQLITE_OK && !locked) {
    Tell(SqliteError(connection_.handle(), code, "copy the WAL into the database"));
    return kFailed;
  }
  ++count_;
  if (locked) return kLocked;
  // The pages in memory still hold what the vfs zeroed on the way to the disk: written again by
  // another change, they would bring it back.
  if (mode == SQLITE_CHECKPOINT_TRUNCATE) sqlite3_db_release_memory(connection_.handle());
  return kDone;
}

absl::Status Checkpointer::ReadersAreInTheWay() const {
  return absl::UnavailableError(absl::StrCat(
      "somebody has been reading the database for so long that its WAL, now of ", wal_pages_,
      " pages, cannot be emptied", must_empty_wal_ ? " of what was erased" : "",
      "; look for a sqlite3 shell or a copy under way"));
}

void Checkpointer::Tell(const absl::Status& trouble) {
  const Clock::time_point now = Clock::now();
  if (SeverityOf(trouble) == Severity::kPassing) {
    if (told_ && now - *told_ < absl::ToChronoNanoseconds(kTellAgain)) return;
    told_ = now;
  }
  state_.Report(trouble);
}

}  // namespace credlink::sqlite
