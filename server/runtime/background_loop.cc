#include "server/runtime/background_loop.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

namespace credlink {

BackgroundLoop::BackgroundLoop(Executor& executor, std::function<Task<absl::Duration>()> step)
    : step_(std::move(step)), strand_(executor.NewStrand()), rung_(Signal::Create(strand_)) {
  boost::asio::co_spawn(
      strand_, Run(),
      boost::asio::bind_cancellation_slot(
          cancelled_.slot(), [this](const std::exception_ptr&) { ended_.set_value(); }));
}

BackgroundLoop::~BackgroundLoop() {
  std::future<void> ended = ended_.get_future();
  stopping_ = true;
  rung_->Raise();
  boost::asio::post(strand_, [this] { cancelled_.emit(boost::asio::cancellation_type::terminal); });
  ended.wait();
}

Task<void> BackgroundLoop::Run() {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  while (!stopping_) {
    Task<absl::Duration> step = step_();
    const absl::Duration pause = co_await std::move(step);
    if (!stopping_) co_await rung_->Wait(Deadline::In(pause));
  }
}

}  // namespace credlink
