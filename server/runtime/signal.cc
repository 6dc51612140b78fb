#include "server/runtime/signal.h"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

namespace credlink {

void Signal::Raise() {
  if (on_its_way_.exchange(true)) return;
  boost::asio::post(strand_, [self = shared_from_this()] {
    self->on_its_way_ = false;
    self->raised_ = true;
    self->timer_.cancel();
  });
}

Task<Signal::End> Signal::Wait(Deadline until) {
  boost::asio::cancellation_state state = co_await boost::asio::this_coro::cancellation_state;
  if (state.cancelled() != boost::asio::cancellation_type::none) co_return End::kCancelled;
  if (!raised_) {
    boost::system::error_code error;
    const UseTask token;
    auto quiet = boost::asio::redirect_error(token, error);
    timer_.expires_after(absl::ToChronoNanoseconds(until.Left()));
    co_await timer_.async_wait(quiet);
  }
  state = co_await boost::asio::this_coro::cancellation_state;
  if (state.cancelled() != boost::asio::cancellation_type::none) co_return End::kCancelled;
  if (!raised_) co_return End::kTimePassed;
  raised_ = false;
  co_return End::kRaised;
}

}  // namespace credlink
