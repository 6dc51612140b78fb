#include "server/runtime/signal.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <future>
#include <thread>

#include "server/runtime/executor.h"

namespace credlink {
namespace {

constexpr absl::Duration kLong = absl::Minutes(5);

Task<Signal::End> WaitFor(std::shared_ptr<Signal> signal, absl::Duration time) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  const Signal::End end = co_await signal->Wait(Deadline::In(time));
  co_return end;
}

class SignalTest : public testing::Test {
 protected:
  std::future<Signal::End> Start(Task<Signal::End> task) {
    auto promise = std::make_shared<std::promise<Signal::End>>();
    auto end = [promise](std::exception_ptr, Signal::End value) { promise->set_value(value); };
    boost::asio::co_spawn(strand_, std::move(task),
                          boost::asio::bind_cancellation_slot(cancelled_.slot(), end));
    return promise->get_future();
  }

  void Cancel() {
    boost::asio::post(strand_,
                      [this] { cancelled_.emit(boost::asio::cancellation_type::terminal); });
  }

  Executor executor_{2};
  boost::asio::cancellation_signal cancelled_;
  const Strand strand_ = executor_.NewStrand();
  const std::shared_ptr<Signal> signal_ = Signal::Create(strand_);
};

TEST_F(SignalTest, ARaiseEndsTheWait) {
  std::future<Signal::End> end = Start(WaitFor(signal_, kLong));
  signal_->Raise();
  EXPECT_EQ(end.get(), Signal::End::kRaised);
}

TEST_F(SignalTest, ARaiseBeforeTheWaitIsRemembered) {
  signal_->Raise();
  EXPECT_EQ(Start(WaitFor(signal_, kLong)).get(), Signal::End::kRaised);
}

TEST_F(SignalTest, ARaiseEndsOneWaitOnly) {
  signal_->Raise();
  EXPECT_EQ(Start(WaitFor(signal_, kLong)).get(), Signal::End::kRaised);
  EXPECT_EQ(Start(WaitFor(signal_, absl::Milliseconds(1))).get(), Signal::End::kTimePassed);
}

TEST_F(SignalTest, TheTimePasses) {
  EXPECT_EQ(Start(WaitFor(signal_, absl::Milliseconds(1))).get(), Signal::End::kTimePassed);
  EXPECT_EQ(Start(WaitFor(signal_, absl::ZeroDuration())).get(), Signal::End::kTimePassed);
}

TEST_F(SignalTest, CancellingEndsTheWait) {
  std::future<Signal::End> end = Start(WaitFor(signal_, kLong));
  Cancel();
  EXPECT_EQ(end.get(), Signal::End::kCancelled);
}

Task<Signal::End> WaitTwice(std::shared_ptr<Signal> signal) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  co_await signal->Wait(Deadline::In(kLong));
  const Signal::End end = co_await signal->Wait(Deadline::In(kLong));
  co_return end;
}

TEST_F(SignalTest, AWaitThatBeginsAfterTheCancellingEndsAtOnce) {
  std::future<Signal::End> end = Start(WaitTwice(signal_));
  Cancel();
  EXPECT_EQ(end.get(), Signal::End::kCancelled);
}

// Every raise that follows what the waiter has seen wakes it up.
Task<Signal::End> CountTo(std::shared_ptr<Signal> signal, const std::atomic<int>& count, int last) {
  Signal::End end = Signal::End::kRaised;
  while (count < last && end == Signal::End::kRaised) {
    end = co_await signal->Wait(Deadline::In(kLong));
  }
  co_return end;
}

TEST_F(SignalTest, NoRaiseIsLostBetweenThreads) {
  constexpr int kLast = 20'000;
  std::atomic<int> count{0};
  std::future<Signal::End> end = Start(CountTo(signal_, count, kLast));
  auto raise = [&] {
    for (int i = 0; i < kLast / 2; ++i) {
      ++count;
      signal_->Raise();
    }
  };
  std::thread other(raise);
  raise();
  other.join();
  EXPECT_EQ(end.get(), Signal::End::kRaised);
}

}  // namespace
}  // namespace credlink
