#include "server/accounts/shared_batches.h"

#include <algorithm>
#include <utility>

namespace credlink {
namespace {

// For those who come a little later than the first, or were held up by one write.
constexpr size_t kKept = 4;
constexpr absl::Duration kNothingCounts = absl::Seconds(1);

}  // namespace

Task<BatchResult> SharedBatches::Get(int64_t after, uint64_t version, Read read) {
  auto ask = [this, after, version](Completion<Answer> done) {
    Ask(after, version, std::move(done));
  };
  Answer answer = co_await Await<Answer>(std::move(ask));
  if (answer) co_return *std::move(answer);
  // A reading is not given up when its call is cancelled: others wait for it.
  BatchResult result = co_await read();
  Tell(after, result);
  co_return result;
}

void SharedBatches::Ask(int64_t after, uint64_t version, Completion<Answer> done) {
  Answer answer;
  {
    MutexLock lock(mutex_);
    std::shared_ptr<const EventBatch> found = Find(after, version);
    if (found != nullptr) {
      answer = BatchResult(std::move(found));
    } else {
      auto [reading, is_first] = readings_.try_emplace(after);
      if (!is_first) {
        reading->second.push_back(std::move(done));
        return;
      }
    }
  }
  std::move(done)(std::move(answer));
}

void SharedBatches::Tell(int64_t after, const BatchResult& result) {
  std::vector<Completion<Answer>> waiting;
  {
    MutexLock lock(mutex_);
    auto reading = readings_.find(after);
    waiting = std::move(reading->second);
    readings_.erase(reading);
    if (result.ok() && (*result)->response != nullptr) {
      latest_.push_front(*result);
      if (latest_.size() > kKept) latest_.pop_back();
    } else if (result.ok()) {
      nothing_ = *result;
      nothing_until_ = Deadline::In(kNothingCounts);
      latest_.clear();  // whoever watches for long has them, and a quiet tenant keeps nothing
    }
  }
  for (Completion<Answer>& done : waiting) std::move(done)(Answer(result));
}

std::shared_ptr<const EventBatch> SharedBatches::Find(int64_t after, uint64_t version) const {
  for (const std::shared_ptr<const EventBatch>& batch : latest_) {
    if (batch->after == after) return batch;
  }
  if (nothing_ != nullptr && nothing_->after == after && nothing_->version == version &&
      !nothing_until_.Passed()) {
    return nothing_;
  }
  return nullptr;
}

}  // namespace credlink
