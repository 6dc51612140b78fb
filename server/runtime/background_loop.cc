#include "server/runtime/background_loop.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <string>
#include <typeinfo>
#include <utility>

namespace credlink {
namespace {

constexpr absl::Duration kPauseAfterFailure = absl::Seconds(10);

}  // namespace

void BackgroundLoop::Start(std::function<Task<absl::Duration>()> step) {
  step_ = std::move(step);
  auto ended = std::make_shared<std::promise<void>>();
  ended_ = ended->get_future();
  boost::asio::co_spawn(
      strand_, Run(),
      boost::asio::bind_cancellation_slot(
          cancelled_.slot(), [ended](const std::exception_ptr&) { ended->set_value(); }));
}

void BackgroundLoop::Stop() {
  if (!ended_.valid()) return;
  stopping_ = true;
  rung_->Raise();
  std::promise<void> told;  // the loop may end before it is told to, and must not be gone by then
  boost::asio::post(strand_, [this, &told] {
    cancelled_.emit(boost::asio::cancellation_type::terminal);
    told.set_value();
  });
  told.get_future().get();
  ended_.get();
}

Task<void> BackgroundLoop::Run() {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  while (!stopping_) {
    const absl::Duration pause = co_await RunStep();
    if (!stopping_) co_await rung_->Wait(Deadline::In(pause));
  }
}

Task<absl::Duration> BackgroundLoop::RunStep() {
  std::string what;
  try {
    Task<absl::Duration> step = step_();
    const absl::Duration pause = co_await std::move(step);
    co_return pause;
  } catch (const std::exception& error) {
    what = typeid(error).name();  // not its text: who knows what is in there
  } catch (...) {
    what = "unknown";
  }
  log_.Error("background work failed; it goes on after a pause",
             {{"work", name_}, {"exception", what}});
  co_return kPauseAfterFailure;
}

}  // namespace credlink
