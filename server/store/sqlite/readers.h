// The threads that read, each on a connection of its own.
#pragma once

#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "server/faults/faults.h"
#include "server/runtime/completion.h"
#include "server/store/sqlite/bounded_queue.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/failure_state.h"
#include "server/store/sqlite/queries.h"

namespace credlink::sqlite {

class Readers {
 public:
  // One thread for each connection. `state` must outlive the readers.
  static absl::StatusOr<std::unique_ptr<Readers>> Start(std::vector<Connection> connections,
                                                        FailureState& state, int queue_limit);
  // Does what is queued and closes the connections.
  ~Readers();

  // Runs action(Queries&) -> absl::StatusOr<T> on one of the threads, and answers with what it
  // said; on an error that is not one of server/faults already, with STORE_UNAVAILABLE, or with
  // INTEGRITY_FAILURE when what it read is damaged.
  template <typename T, typename Action>
  Task<absl::StatusOr<T>> Run(Action action) {
    return Await<absl::StatusOr<T>>(
        [this, action = std::move(action)](Completion<absl::StatusOr<T>> done) mutable {
          Submit(std::make_unique<ReadOf<T, Action>>(std::move(action), std::move(done)));
        });
  }

 private:
  class Read {
   public:
    virtual ~Read() = default;
    // One of them, once.
    virtual void Answer(Queries& queries, FailureState& state) = 0;
    virtual void Refuse() = 0;
  };

  template <typename T, typename Action>
  class ReadOf final : public Read {
   public:
    ReadOf(Action action, Completion<absl::StatusOr<T>> done)
        : action_(std::move(action)), done_(std::move(done)) {}
    void Answer(Queries& queries, FailureState& state) override {
      absl::StatusOr<T> answer = action_(queries);
      if (!answer.ok() && !ReasonOf(answer.status())) answer = state.AnswerTo(answer.status());
      std::move(done_)(std::move(answer));
    }
    void Refuse() override { std::move(done_)(StoreUnavailable()); }

   private:
    Action action_;
    Completion<absl::StatusOr<T>> done_;
  };

  struct Reader {
    explicit Reader(Connection c) : connection(std::move(c)) {}
    Connection connection;
    std::unique_ptr<Queries> queries;
    std::thread thread;
  };

  Readers(FailureState& state, int queue_limit) : state_(state), queue_(queue_limit) {}
  void Submit(std::unique_ptr<Read> read);
  void Loop(Queries& queries);

  FailureState& state_;
  BoundedQueue<std::unique_ptr<Read>> queue_;
  std::vector<std::unique_ptr<Reader>> readers_;
};

}  // namespace credlink::sqlite
