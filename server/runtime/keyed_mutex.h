// A lock for each key, for coroutines: who waits holds no thread, and gets the lock in its turn.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/types/optional.h"
#include "server/runtime/completion.h"
#include "server/runtime/mutex.h"
#include "server/runtime/task.h"

namespace credlink {

// Thread-safe; outlives what it has handed out.
class KeyedMutex {
 public:
  // The lock of one key, until it is destroyed.
  class Held {
   public:
    Held(KeyedMutex& mutex, std::string key) : mutex_(&mutex), key_(std::move(key)) {}
    Held(Held&& other) noexcept
        : mutex_(std::exchange(other.mutex_, nullptr)), key_(std::move(other.key_)) {}
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (mutex_ != nullptr) mutex_->Release(key_);
    }

   private:
    KeyedMutex* mutex_;
    std::string key_;
  };

  // Waits for the key's lock. nullopt when the call was cancelled first.
  Task<absl::optional<Held>> Lock(std::string key);

 private:
  struct Waiter {
    absl::optional<Completion<bool>> done;
  };

  void Enter(const std::string& key, const std::shared_ptr<Waiter>& waiter, Completion<bool> done);
  void Leave(const std::string& key, const std::shared_ptr<Waiter>& waiter);
  void Release(const std::string& key);

  Mutex mutex_;
  // A key that is there is locked; those behind it wait for it.
  std::map<std::string, std::deque<std::shared_ptr<Waiter>>> queues_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace credlink
