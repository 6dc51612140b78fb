// Whether the store may still be used, shared by its threads.
#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include "absl/status/status.h"

namespace credlink::sqlite {

// Thread-safe. Once failed, failed for good: after an I/O error nobody knows what is on the disk,
// so only a restart, which reads it again, can tell.
class FailureState {
 public:
  using Listener = std::function<void(absl::Status)>;

  // Either may be empty. Called on the store's threads: on_failure once, on_trouble for every error
  // that passes.
  FailureState(Listener on_failure, Listener on_trouble)
      : on_failure_(std::move(on_failure)), on_trouble_(std::move(on_trouble)) {}

  bool failed() const { return failed_.load(std::memory_order_acquire); }

  // Takes note of an error from SQLite. One that does not pass is the end.
  void Report(const absl::Status& error);

  // Takes note of an error of one read or write and says what its caller gets to see. Damage is not
  // the end: the rest can be used, and a restart would find the same.
  absl::Status AnswerTo(const absl::Status& error);

 private:
  const Listener on_failure_;
  const Listener on_trouble_;
  std::atomic<bool> failed_{false};
};

// All that a caller sees of most errors.
absl::Status StoreUnavailable();

}  // namespace credlink::sqlite
