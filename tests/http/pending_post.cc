#include "tests/http/pending_post.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

namespace credlink {
namespace {

Task<HttpResult> RunPost(HttpClient& client, HttpRequest request, BodySink& sink) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  Task<HttpResult> post = client.Post(std::move(request), sink);
  HttpResult result = co_await std::move(post);
  co_return result;
}

}  // namespace

PendingPost::PendingPost(Executor& executor, HttpClient& client, HttpRequest request,
                         BodySink& sink)
    : strand_(executor.NewStrand()), signal_(std::make_shared<boost::asio::cancellation_signal>()) {
  auto promise = std::make_shared<std::promise<HttpResult>>();
  result_ = promise->get_future();
  boost::asio::co_spawn(
      strand_, RunPost(client, std::move(request), sink),
      boost::asio::bind_cancellation_slot(
          signal_->slot(), [promise, signal = signal_](std::exception_ptr, HttpResult result) {
            promise->set_value(result);
          }));
  // A strand keeps its order: behind this, the coroutine has come to where it waits.
  std::promise<void> waits;
  boost::asio::post(strand_, [&waits] { waits.set_value(); });
  waits.get_future().wait();
}

void PendingPost::Cancel() {
  boost::asio::post(strand_,
                    [signal = signal_] { signal->emit(boost::asio::cancellation_type::terminal); });
}

}  // namespace credlink
