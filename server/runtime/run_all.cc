#include "server/runtime/run_all.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <utility>
#include <vector>

#include "absl/types/optional.h"
#include "server/runtime/completion.h"
#include "server/runtime/mutex.h"

namespace credlink {
namespace {

// One of the `concurrency` that work off the indexes together.
struct Lane {
  explicit Lane(Strand s) : strand(std::move(s)) {}
  const Strand strand;
  boost::asio::cancellation_signal cancelled;  // used on the strand
};

class Group : public std::enable_shared_from_this<Group> {
 public:
  Group(Executor& executor, int concurrency, int count, std::function<Task<void>(int)> make)
      : count_(count), make_(std::move(make)), running_(concurrency) {
    for (int i = 0; i < concurrency; ++i) {
      lanes_.push_back(std::make_unique<Lane>(executor.NewStrand()));
    }
  }

  void Start(Completion<bool> done) {
    done_.emplace(std::move(done));
    for (const auto& lane : lanes_) {
      boost::asio::co_spawn(
          lane->strand, Work(),
          boost::asio::bind_cancellation_slot(
              lane->cancelled.slot(),
              [self = shared_from_this()](const std::exception_ptr&) { self->LaneEnded(); }));
    }
  }

  void Cancel() {
    {
      MutexLock lock(mutex_);
      count_ = 0;
    }
    for (const auto& lane : lanes_) {
      boost::asio::post(lane->strand, [self = shared_from_this(), &lane = *lane] {
        lane.cancelled.emit(boost::asio::cancellation_type::terminal);
      });
    }
  }

 private:
  Task<void> Work() {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    while (absl::optional<int> index = NextIndex()) {
      Task<void> task = make_(*index);
      co_await std::move(task);
    }
  }

  absl::optional<int> NextIndex() {
    MutexLock lock(mutex_);
    if (next_ >= count_) return absl::nullopt;
    return next_++;
  }

  void LaneEnded() {
    {
      MutexLock lock(mutex_);
      if (--running_ > 0) return;
    }
    std::move (*done_)(true);
  }

  Mutex mutex_;
  int count_ ABSL_GUARDED_BY(mutex_);
  int next_ ABSL_GUARDED_BY(mutex_) = 0;
  const std::function<Task<void>(int)> make_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  int running_ ABSL_GUARDED_BY(mutex_);
  absl::optional<Completion<bool>> done_;
};

}  // namespace

Task<void> RunAll(Executor& executor, int concurrency, int count,
                  std::function<Task<void>(int index)> make) {
  if (count <= 0) co_return;
  const auto cancelled = co_await boost::asio::this_coro::cancellation_state;
  if (cancelled.cancelled() != boost::asio::cancellation_type::none) co_return;
  auto group =
      std::make_shared<Group>(executor, std::min(concurrency, count), count, std::move(make));
  auto start = [group](Completion<bool> done) { group->Start(std::move(done)); };
  auto cancel = [group] { group->Cancel(); };
  co_await AwaitCancellable<bool>(std::move(start), std::move(cancel));
}

}  // namespace credlink
