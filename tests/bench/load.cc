#include "tests/bench/load.h"

#include <time.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "absl/synchronization/notification.h"

namespace credlink::bench {
namespace {

using Steady = std::chrono::steady_clock;

// The calls that are out, and the first failure.
class Outstanding {
 public:
  void Enter() { count_.fetch_add(1, std::memory_order_relaxed); }

  void Leave() {
    if (count_.fetch_sub(1) > 1) return;
    std::lock_guard lock(mutex_);
    changed_.notify_all();
  }

  void Fail(const absl::Status& status) {
    std::lock_guard lock(mutex_);
    if (failure_.ok()) failure_ = status;
    failed_ = true;
    changed_.notify_all();
  }

  bool failed() const { return failed_.load(std::memory_order_relaxed); }

  // Waits until that time, or the first failure.
  void WaitForFailure(Steady::time_point until) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [this] { return failed_.load(); });
  }

  // Waits until no call is out. What has failed meanwhile.
  absl::Status WaitForAll() {
    std::unique_lock lock(mutex_);
    const auto at_most = std::chrono::seconds(2 * kCallTimeoutSeconds);
    if (!changed_.wait_for(lock, at_most, [this] { return count_.load() == 0; })) {
      return absl::DeadlineExceededError("calls do not end");
    }
    return failure_;
  }

 private:
  std::atomic<int> count_{0};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  absl::Status failure_;
};

struct ClosedLoop {
  explicit ClosedLoop(Target& target) : target(target) {}

  Target& target;
  Outstanding outstanding;
  std::atomic<int64_t> calls{0};
  std::atomic<bool> stopping{false};
};

// What a call leaves behind at its end is shared: it outlives a run that gave up waiting.
void CallAgain(const std::shared_ptr<ClosedLoop>& loop) {
  loop->target.Call([loop](absl::Status status) {
    if (!status.ok()) {
      loop->outstanding.Fail(status);
    } else {
      loop->calls.fetch_add(1, std::memory_order_relaxed);
      if (!loop->stopping.load(std::memory_order_relaxed) && !loop->outstanding.failed()) {
        return CallAgain(loop);
      }
    }
    loop->outstanding.Leave();
  });
}

struct OpenLoop {
  explicit OpenLoop(int64_t calls) : latencies(calls) {}

  Outstanding outstanding;
  std::vector<absl::Duration> latencies;  // each written by its own call
};

void SleepUntil(Steady::time_point time) {
  const int64_t nanos =
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  const timespec until = absl::ToTimespec(absl::Nanoseconds(nanos));
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

}  // namespace

absl::StatusOr<ClosedLoopResult> RunClosedLoop(Target& target, int outstanding,
                                               absl::Duration time) {
  const auto loop = std::make_shared<ClosedLoop>(target);
  const Steady::time_point start = Steady::now();
  for (int i = 0; i < outstanding; ++i) {
    loop->outstanding.Enter();
    CallAgain(loop);
  }
  loop->outstanding.WaitForFailure(start + absl::ToChronoNanoseconds(time));
  const int64_t in_time = loop->calls.load();
  const std::chrono::duration<double> took = Steady::now() - start;
  loop->stopping = true;
  const absl::Status status = loop->outstanding.WaitForAll();
  if (!status.ok()) return status;
  return ClosedLoopResult{loop->calls.load(), static_cast<double>(in_time) / took.count()};
}

absl::StatusOr<std::vector<absl::Duration>> RunOpenLoop(Target& target, double rate,
                                                        absl::Duration time) {
  const auto calls = static_cast<int64_t>(rate * absl::ToDoubleSeconds(time));
  const auto loop = std::make_shared<OpenLoop>(calls);
  const Steady::time_point start = Steady::now();
  for (int64_t i = 0; i < calls && !loop->outstanding.failed(); ++i) {
    const auto due =
        start + absl::ToChronoNanoseconds(absl::Seconds(static_cast<double>(i) / rate));
    SleepUntil(due);
    loop->outstanding.Enter();
    target.Call([loop, due, i](absl::Status status) {
      loop->latencies[i] = absl::FromChrono(Steady::now() - due);
      if (!status.ok()) loop->outstanding.Fail(status);
      loop->outstanding.Leave();
    });
  }
  const absl::Status status = loop->outstanding.WaitForAll();
  if (!status.ok()) return status;
  return loop->latencies;
}

absl::StatusOr<absl::Duration> TimeOneCall(Target& target) {
  absl::Notification ended;
  absl::Status status;
  const Steady::time_point start = Steady::now();
  Steady::time_point end;
  target.Call([&](absl::Status result) {
    end = Steady::now();
    status = std::move(result);
    ended.Notify();
  });
  ended.WaitForNotification();
  if (!status.ok()) return status;
  return absl::FromChrono(end - start);
}

}  // namespace credlink::bench
