// A task that can be cancelled, and a gate that holds tasks up, for tests.
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "server/runtime/completion.h"
#include "server/runtime/executor.h"
#include "server/runtime/mutex.h"
#include "server/runtime/task.h"

namespace credlink {

// Runs on a strand of its own from when it is made. Its end is to be waited for.
template <typename T>
class RunningTask {
 public:
  RunningTask(Executor& executor, Task<T> task)
      : state_(std::make_shared<State>(executor.NewStrand())), end_(state_->end.get_future()) {
    boost::asio::co_spawn(
        state_->strand, Root(std::move(task)),
        boost::asio::bind_cancellation_slot(state_->cancelled.slot(),
                                            [state = state_](const std::exception_ptr&, T value) {
                                              state->end.set_value(std::move(value));
                                            }));
  }

  void Cancel() {
    boost::asio::post(state_->strand, [state = state_] {
      state->cancelled.emit(boost::asio::cancellation_type::terminal);
    });
  }

  T End() { return end_.get(); }

 private:
  struct State {
    explicit State(Strand s) : strand(std::move(s)) {}
    const Strand strand;
    boost::asio::cancellation_signal cancelled;  // used on the strand
    std::promise<T> end;
  };

  static Task<T> Root(Task<T> task) {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    T value = co_await std::move(task);
    co_return value;
  }

  std::shared_ptr<State> state_;
  std::future<T> end_;
};

// Waits until what was queued before has had its turn; on an Executor with one thread.
inline void Flush(Executor& executor) {
  std::promise<void> done;
  boost::asio::post(executor.NewStrand(), [&done] { done.set_value(); });
  done.get_future().get();
}

// Thread-safe.
class Gate {
 public:
  // Until it is opened; false when the call was cancelled first.
  Task<bool> Pass() {
    auto done = std::make_shared<Completion<bool>>();
    auto start = [this, done](Completion<bool> d) {
      MutexLock lock(mutex_);
      *done = std::move(d);
      ++arrived_;
      changed_.NotifyAll();
      if (open_) return End(*done, true);
      waiting_.push_back(done);
    };
    auto cancel = [this, done] {
      MutexLock lock(mutex_);
      End(*done, false);
    };
    const bool passed = co_await AwaitCancellable<bool>(std::move(start), std::move(cancel));
    co_return passed;
  }

  void Open() {
    MutexLock lock(mutex_);
    open_ = true;
    for (const auto& done : waiting_) End(*done, true);
    waiting_.clear();
  }

  // Waits until so many have come to the gate in all.
  void WaitForArrived(int count) {
    MutexLock lock(mutex_);
    while (arrived_ < count) changed_.Wait(mutex_);
  }

 private:
  static void End(Completion<bool>& done, bool passed) {
    if (!done) return;
    Completion<bool> once = std::move(done);
    done = nullptr;
    std::move(once)(passed);
  }

  Mutex mutex_;
  CondVar changed_;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
  int arrived_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::shared_ptr<Completion<bool>>> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace credlink
