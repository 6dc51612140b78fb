// Where every change of an account goes through: repeated requests, etags, commits, and telling
// those who wait for changes.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "server/accounts/event_feed.h"
#include "server/accounts/mutation.h"
#include "server/faults/faults.h"
#include "server/ops/log.h"
#include "server/runtime/clock.h"
#include "server/runtime/task.h"
#include "server/store/account_store.h"

namespace credlink {

// Thread-safe; what it is made of must outlive it.
class Ledger {
 public:
  // A use case that is overtaken by another change begins again, so many times.
  static constexpr int kAttempts = 32;

  // `on_check_due` is called after a commit that made some account's check due at once; it must not
  // block.
  Ledger(AccountStore& store, EventFeed& feed, const Clock& clock, Log& log,
         std::function<void()> on_check_due)
      : store_(store),
        feed_(feed),
        clock_(clock),
        log_(log),
        on_check_due_(std::move(on_check_due)) {}

  // Answers with the first answer to the mutation's request_id, and when it is new, with what `run`
  // answers. `run` is called at most once; what it refers to must outlive the Task.
  template <typename Response>
  Task<absl::StatusOr<Response>> Once(const Mutation& mutation,
                                      std::function<Task<absl::StatusOr<Response>>()> run);

  // The account as it is now. ACCOUNT_NOT_FOUND, ETAG_MISMATCH, INTEGRITY_FAILURE.
  Task<absl::StatusOr<AccountRecord>> Load(const Mutation& mutation);

  // Whether such an account could be live now: ACCOUNT_ALREADY_LINKED, ACCOUNT_ID_TAKEN.
  Task<absl::Status> CheckPlace(LinkQuery query);

  // The answer that counts.
  struct Committed {
    std::string response;  // serialised
    bool is_new = true;    // false: nothing was written, a call with the same request_id was faster
  };
  // Commits the changes with the mutation's request_id and `response`, announces and logs them;
  // `changes.now` is set here. nullopt when an account was changed since it was loaded: load again
  // and decide anew. A cancelled call commits nothing.
  Task<absl::StatusOr<absl::optional<Committed>>> Commit(const Mutation& mutation,
                                                         ChangeSet changes, std::string response);

  absl::Time Now() const { return clock_.Now(); }

 private:
  // The serialised first answer to the mutation's request_id; nullopt when it is new.
  // REQUEST_ID_REUSED.
  Task<absl::StatusOr<absl::optional<std::string>>> FirstAnswer(const Mutation& mutation);
  Task<absl::StatusOr<ChangeOutcome>> Apply(ChangeSet changes);

  AccountStore& store_;
  EventFeed& feed_;
  const Clock& clock_;
  Log& log_;
  const std::function<void()> on_check_due_;
};

// The answer that was given to a request before, read.
template <typename Response>
absl::StatusOr<Response> ParseAnswer(const std::string& bytes) {
  Response response;
  if (!response.ParseFromString(bytes)) return Fault(v1::ERROR_REASON_INTEGRITY_FAILURE);
  return response;
}

template <typename Response>
Task<absl::StatusOr<Response>> Ledger::Once(const Mutation& mutation,
                                            std::function<Task<absl::StatusOr<Response>>()> run) {
  absl::StatusOr<absl::optional<std::string>> first = co_await FirstAnswer(mutation);
  if (!first.ok()) co_return first.status();
  if (first->has_value()) co_return ParseAnswer<Response>(**first);
  Task<absl::StatusOr<Response>> task = run();
  absl::StatusOr<Response> response = co_await std::move(task);
  if (response.ok()) co_return response;
  // What stood in the way may be what a faster call with the same id has done.
  first = co_await FirstAnswer(mutation);
  if (first.ok() && first->has_value()) co_return ParseAnswer<Response>(**first);
  co_return response;
}

}  // namespace credlink
