#include "server/runtime/keyed_mutex.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>

namespace credlink {

Task<absl::optional<KeyedMutex::Held>> KeyedMutex::Lock(std::string key) {
  // A slot that is assigned after the cancelling hears nothing of it.
  const auto cancelled = co_await boost::asio::this_coro::cancellation_state;
  if (cancelled.cancelled() != boost::asio::cancellation_type::none) co_return absl::nullopt;
  auto waiter = std::make_shared<Waiter>();
  auto enter = [this, key, waiter](Completion<bool> done) { Enter(key, waiter, std::move(done)); };
  auto leave = [this, key, waiter] { Leave(key, waiter); };
  const bool locked = co_await AwaitCancellable<bool>(std::move(enter), std::move(leave));
  if (!locked) co_return absl::nullopt;
  co_return absl::optional<Held>(Held(*this, std::move(key)));
}

void KeyedMutex::Enter(const std::string& key, const std::shared_ptr<Waiter>& waiter,
                       Completion<bool> done) {
  {
    MutexLock lock(mutex_);
    const auto [queue, is_new] = queues_.try_emplace(key);
    if (!is_new) {
      waiter->done.emplace(std::move(done));
      queue->second.push_back(waiter);
      return;
    }
  }
  std::move(done)(true);
}

// Comes too late when the lock has been handed over already.
void KeyedMutex::Leave(const std::string& key, const std::shared_ptr<Waiter>& waiter) {
  {
    MutexLock lock(mutex_);
    const auto queue = queues_.find(key);
    if (queue == queues_.end()) return;
    const auto found = std::find(queue->second.begin(), queue->second.end(), waiter);
    if (found == queue->second.end()) return;
    queue->second.erase(found);
  }
  std::move (*waiter->done)(false);
}

void KeyedMutex::Release(const std::string& key) {
  std::shared_ptr<Waiter> next;
  {
    MutexLock lock(mutex_);
    const auto queue = queues_.find(key);
    if (queue->second.empty()) {
      queues_.erase(queue);
      return;
    }
    next = queue->second.front();
    queue->second.pop_front();
  }
  std::move (*next->done)(true);
}

}  // namespace credlink
