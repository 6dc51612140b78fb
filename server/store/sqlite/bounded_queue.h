// A queue between the coroutines that ask and the threads that do.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <vector>

#include "server/runtime/mutex.h"

namespace credlink::sqlite {

// Thread-safe. Never blocks who pushes.
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(size_t limit) : limit_(limit) {}

  // Moves from `item` and answers true; or, when the queue is full or closed, leaves it alone.
  bool Push(T& item) {
    MutexLock lock(mutex_);
    if (closed_ || items_.size() >= limit_) return false;
    items_.push_back(std::move(item));
    arrived_.NotifyOne();
    return true;
  }

  // Waits until there is something, and moves the oldest, at most `most`, into the empty `out`.
  // False when the queue is closed and all is out.
  bool Pop(size_t most, std::vector<T>& out) {
    MutexLock lock(mutex_);
    while (items_.empty() && !closed_) arrived_.Wait(mutex_);
    return Take(most, out);
  }

  // The same, but waits until then at most: `out` may stay empty.
  bool PopUntil(std::chrono::steady_clock::time_point deadline, size_t most, std::vector<T>& out) {
    MutexLock lock(mutex_);
    bool in_time = true;
    while (items_.empty() && !closed_ && in_time) in_time = arrived_.WaitUntil(mutex_, deadline);
    return Take(most, out) || !closed_;
  }

  // Takes nothing more in; what is in can still be taken out.
  void Close() {
    MutexLock lock(mutex_);
    closed_ = true;
    arrived_.NotifyAll();
  }

 private:
  // Whether there was something.
  bool Take(size_t most, std::vector<T>& out) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    size_t count = std::min(most, items_.size());
    for (size_t i = 0; i < count; ++i) {
      out.push_back(std::move(items_.front()));
      items_.pop_front();
    }
    return count > 0;
  }

  const size_t limit_;
  Mutex mutex_;
  CondVar arrived_;
  std::deque<T> items_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace credlink::sqlite
