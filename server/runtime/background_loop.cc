#include "server/runtime/background_loop.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

namespace credlink {

BackgroundLoop::BackgroundLoop(Executor& executor, std::function<Task<absl::Duration>()> step)
    : step_(std::move(step)), strand_(executor.NewStrand()), timer_(strand_) {
  boost::asio::co_spawn(strand_, Run(),
                        boost::asio::bind_cancellation_slot(
                            cancelled_.slot(),
                            [this](const std::exception_ptr&) { ended_.set_value(); }));
}

BackgroundLoop::~BackgroundLoop() {
  boost::asio::post(strand_, [this] {
    stopping_ = true;
    cancelled_.emit(boost::asio::cancellation_type::terminal);
    timer_.cancel();
  });
  ended_.get_future().wait();
}

void BackgroundLoop::Ring() {
  boost::asio::post(strand_, [this] {
    rung_ = true;
    timer_.cancel();
  });
}

Task<void> BackgroundLoop::Run() {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  while (!stopping_) {
    rung_ = false;
    Task<absl::Duration> step = step_();
    const absl::Duration pause = co_await std::move(step);
    if (rung_ || stopping_) continue;
    timer_.expires_after(absl::ToChronoNanoseconds(pause));
    boost::system::error_code cut_short;
    auto token = boost::asio::redirect_error(UseTask(), cut_short);
    co_await timer_.async_wait(token);
  }
}

}  // namespace credlink
