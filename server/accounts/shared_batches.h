// One reading of a tenant's events for all who watch it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/types/optional.h"
#include "server/accounts/event_batch.h"
#include "server/runtime/completion.h"
#include "server/runtime/deadline.h"
#include "server/runtime/mutex.h"

namespace credlink {

// One tenant's latest batches, until there are no newer events, and those that are being read.
// Thread-safe.
class SharedBatches {
 public:
  using Read = absl::AnyInvocable<Task<BatchResult>()>;

  // The events behind `after`: kept ones, or those that another watcher is reading now, or else
  // what read() answers. Events once read stay true; that there were none counts as long as the
  // tenant's `version` is the same, and not for long.
  Task<BatchResult> Get(int64_t after, uint64_t version, Read read);

 private:
  using Answer = absl::optional<BatchResult>;  // nullopt: the asker is to read

  void Ask(int64_t after, uint64_t version, Completion<Answer> done);
  void Tell(int64_t after, const BatchResult& result);
  std::shared_ptr<const EventBatch> Find(int64_t after, uint64_t version) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  std::deque<std::shared_ptr<const EventBatch>> latest_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const EventBatch> nothing_ ABSL_GUARDED_BY(mutex_);
  Deadline nothing_until_ ABSL_GUARDED_BY(mutex_) = Deadline::In(absl::ZeroDuration());
  // Who waits for a reading, by what it follows.
  std::map<int64_t, std::vector<Completion<Answer>>> readings_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace credlink
