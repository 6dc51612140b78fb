// The one thread that writes. Writes that wait share a transaction, and so an fsync.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "server/runtime/completion.h"
#include "server/store/sqlite/bounded_queue.h"
#include "server/store/sqlite/checkpointer.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/failure_state.h"
#include "server/store/sqlite/queries.h"

namespace credlink::sqlite {

struct WriterOptions {
  int queue_limit;
  int group_limit;
  absl::Duration erase_wait;  // how long kAwaitsErased waits for those who read
  CheckpointOptions checkpoints;
};

// What the writer has done so far.
struct WriterStats {
  int64_t writes = 0;        // that were committed
  int64_t transactions = 0;  // in which they were
  int64_t checkpoints = 0;
};

class Writer {
 public:
  // `state` must outlive the writer. The queries belong to the connection.
  Writer(Connection connection, std::unique_ptr<Queries> queries, FailureState& state,
         WriterOptions options);
  // Does what is queued, empties the WAL, and closes the connection.
  ~Writer();

  // Runs action(Queries&) -> absl::StatusOr<T> on the writer's thread, in a savepoint of its own;
  // again, after that was undone, when another one met damage. Answers with what it said after it
  // is on disk; with INTEGRITY_FAILURE when what it reads or replaces is damaged, and with
  // STORE_UNAVAILABLE on any other error: then nothing of it is there, unless the commit itself
  // failed with an I/O error.
  //
  // kErases: soon after the answer the WAL is copied into the database and emptied, so that no file
  // holds any more what the action deleted.
  // kAwaitsErased: answers only when that has been done for all that was answered before. When
  // somebody who reads keeps it from being done in time, STORE_UNAVAILABLE: then it is done later,
  // though what the action itself did is done.
  enum Kind { kPlain, kErases, kAwaitsErased };
  template <typename T, typename Action>
  Task<absl::StatusOr<T>> Run(Action action, Kind kind = kPlain) {
    return Await<absl::StatusOr<T>>(
        [this, action = std::move(action), kind](Completion<absl::StatusOr<T>> done) mutable {
          Submit(std::make_unique<WriteOf<T, Action>>(std::move(action), std::move(done)), kind);
        });
  }

  WriterStats stats() const;

 private:
  class Write {
   public:
    virtual ~Write() = default;
    virtual absl::Status Apply(Queries& queries) = 0;
    // Once, and the last call: after the commit, or with what its caller gets to see of the error
    // that undid the write.
    virtual void Finish(const absl::Status& status) = 0;
  };

  template <typename T, typename Action>
  class WriteOf final : public Write {
   public:
    WriteOf(Action action, Completion<absl::StatusOr<T>> done)
        : action_(std::move(action)), done_(std::move(done)) {}
    absl::Status Apply(Queries& queries) override {
      answer_ = action_(queries);
      return answer_.status();
    }
    void Finish(const absl::Status& status) override {
      if (!status.ok()) answer_ = status;
      std::move(done_)(std::move(answer_));
    }

   private:
    Action action_;
    Completion<absl::StatusOr<T>> done_;
    absl::StatusOr<T> answer_;
  };

  struct Entry {
    std::unique_ptr<Write> write;
    Kind kind;
    absl::Status status;
  };

  // One that awaits that the WAL is emptied, until then at most.
  struct Waiting {
    std::unique_ptr<Write> write;
    std::chrono::steady_clock::time_point deadline;
  };

  void Submit(std::unique_ptr<Write> write, Kind kind);
  void Loop();
  // False when there will be none any more. It is empty when the WAL must be emptied meanwhile.
  bool NextGroup(std::vector<Entry>& group);
  void RunGroup(std::vector<Entry>& group);
  void Undo(const absl::Status& why);
  // Passes over those that have failed already.
  absl::Status CommitGroup(std::vector<Entry>& group);
  absl::Status ApplyInSavepoint(Entry& entry);
  // Those whose waiting is over at `now`.
  void AnswerWaiting(std::chrono::steady_clock::time_point now);

  Connection connection_;
  std::unique_ptr<Queries> queries_;
  FailureState& state_;
  const WriterOptions options_;
  Checkpointer checkpointer_;
  std::vector<Waiting> waiting_;
  std::atomic<int64_t> writes_{0};
  std::atomic<int64_t> transactions_{0};
  BoundedQueue<Entry> queue_;
  std::thread thread_;
};

}  // namespace credlink::sqlite
