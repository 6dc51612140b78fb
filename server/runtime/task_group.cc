#include "server/runtime/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <set>
#include <utility>

#include "absl/types/optional.h"
#include "server/runtime/completion.h"
#include "server/runtime/mutex.h"

namespace credlink {
namespace {

struct Running {
  explicit Running(Strand s) : strand(std::move(s)) {}
  const Strand strand;
  boost::asio::cancellation_signal cancelled;  // used on the strand
};

Task<void> Root(Task<void> task) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  co_await std::move(task);
}

}  // namespace

// Shared with the tasks that run. Thread-safe.
class TaskGroup::State {
 public:
  explicit State(const Strand& strand) : ended(Signal::Create(strand)) {}

  void Begin(const std::shared_ptr<Running>& task) {
    MutexLock lock(mutex_);
    running_.insert(task);
  }

  void End(const std::shared_ptr<Running>& task, const std::exception_ptr& error) {
    absl::optional<Completion<bool>> idle;
    {
      MutexLock lock(mutex_);
      running_.erase(task);
      if (error && !error_) error_ = error;
      if (running_.empty()) idle.swap(idle_);
    }
    ended->Raise();
    if (idle) std::move (*idle)(true);
  }

  void WhenIdle(Completion<bool> done) {
    {
      MutexLock lock(mutex_);
      if (!running_.empty()) {
        idle_.emplace(std::move(done));
        return;
      }
    }
    std::move(done)(true);
  }

  void Cancel() {
    MutexLock lock(mutex_);
    for (const std::shared_ptr<Running>& task : running_) {
      boost::asio::post(task->strand,
                        [task] { task->cancelled.emit(boost::asio::cancellation_type::terminal); });
    }
  }

  int running() const {
    MutexLock lock(mutex_);
    return static_cast<int>(running_.size());
  }

  std::exception_ptr error() const {
    MutexLock lock(mutex_);
    return error_;
  }

  const std::shared_ptr<Signal> ended;

 private:
  mutable Mutex mutex_;
  std::set<std::shared_ptr<Running>> running_ ABSL_GUARDED_BY(mutex_);
  absl::optional<Completion<bool>> idle_ ABSL_GUARDED_BY(mutex_);  // who waits for the end of all
  std::exception_ptr error_ ABSL_GUARDED_BY(mutex_);
};

TaskGroup::TaskGroup(Executor& executor, const Strand& strand)
    : executor_(executor), state_(std::make_shared<State>(strand)) {}

TaskGroup::~TaskGroup() = default;

void TaskGroup::Start(Task<void> task) {
  auto running = std::make_shared<Running>(executor_.NewStrand());
  state_->Begin(running);
  boost::asio::co_spawn(
      running->strand, Root(std::move(task)),
      boost::asio::bind_cancellation_slot(
          running->cancelled.slot(), [state = state_, running](const std::exception_ptr& error) {
            state->End(running, error);
          }));
}

int TaskGroup::running() const { return state_->running(); }

Task<Signal::End> TaskGroup::WaitForFewer(int count, Deadline until) {
  const auto cancelled = co_await boost::asio::this_coro::cancellation_state;
  if (cancelled.cancelled() != boost::asio::cancellation_type::none) {
    co_return Signal::End::kCancelled;
  }
  while (running() >= count) {
    const Signal::End end = co_await state_->ended->Wait(until);
    if (end != Signal::End::kRaised) co_return end;
  }
  co_return Signal::End::kRaised;
}

Task<void> TaskGroup::Finish() {
  const auto cancelled = co_await boost::asio::this_coro::cancellation_state;
  if (cancelled.cancelled() != boost::asio::cancellation_type::none) state_->Cancel();
  auto start = [state = state_](Completion<bool> done) { state->WhenIdle(std::move(done)); };
  auto cancel = [state = state_] { state->Cancel(); };
  co_await AwaitCancellable<bool>(std::move(start), std::move(cancel));
  if (state_->error()) std::rethrow_exception(state_->error());
}

}  // namespace credlink
