// Copies the WAL into the database, and empties it of what was erased.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/failure_state.h"

namespace credlink::sqlite {

struct CheckpointOptions {
  int wal_pages;             // copy the WAL when it is longer
  absl::Duration lock_wait;  // the connection's own
  absl::Duration patience;   // how long somebody may read on before the operator is told
  bool must_empty_wal;       // from the start
};

// Used by the writer's thread, between transactions. Whoever reads keeps what is newer than what he
// sees from being copied, and the WAL from being emptied; our own readers for a moment, an
// operator's shell for hours. Nobody's write has to wait for that: see RunIfDue.
class Checkpointer {
 public:
  // Both must outlive it.
  Checkpointer(Connection& connection, FailureState& state, CheckpointOptions options);

  // The WAL holds what was erased.
  void MustEmptyWal() { must_empty_wal_ = true; }
  bool must_empty_wal() const { return must_empty_wal_; }

  // Does what can be done now. Where the WAL must be emptied, or is much too long, also waits for
  // those who read, but not for more than a tenth of the time, however often it is called.
  void RunIfDue();

  // The last one: waits as long as the connection itself does.
  void Finish();

  int64_t count() const { return count_.load(); }

 private:
  using Clock = std::chrono::steady_clock;

  // Locked: readers are in the way of all that the mode asks for.
  enum Outcome { kDone, kLocked, kFailed };
  bool Insist(int mode);
  Outcome Run(int mode);
  absl::Status ReadersAreInTheWay() const;
  // Those that pass, and so may come with each attempt, once a minute.
  void Tell(const absl::Status& trouble);

  Connection& connection_;
  FailureState& state_;
  const CheckpointOptions options_;
  int wal_pages_ = 0;  // after the last commit
  bool must_empty_wal_;
  absl::Duration next_wait_;
  Clock::time_point wait_after_;  // not before
  absl::optional<Clock::time_point> stuck_since_;
  absl::optional<Clock::time_point> told_;
  std::atomic<int64_t> count_{0};
};

}  // namespace credlink::sqlite
