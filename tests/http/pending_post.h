// A Post under way, which a test can cancel as a call is cancelled.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "server/http/http_client.h"
#include "server/runtime/executor.h"

namespace credlink {

// Keeps the answer. Wants no more after `enough` bytes.
class AnswerSink final : public BodySink {
 public:
  void OnStatus(int http_status) override {
    ++times_told;
    status = http_status;
  }
  bool OnBody(absl::string_view bytes) override {
    body.append(bytes.data(), bytes.size());
    return body.size() < enough;
  }

  size_t enough = SIZE_MAX;
  int times_told = 0;
  int status = 0;
  std::string body;
};

class PendingPost {
 public:
  // When it returns, the client has the request. `sink` must live as long as the post is under way.
  PendingPost(Executor& executor, HttpClient& client, HttpRequest request, BodySink& sink);
  PendingPost(const PendingPost&) = delete;
  PendingPost& operator=(const PendingPost&) = delete;

  // Cancels the waiting coroutine, on its strand.
  void Cancel();
  // Whether the post ends in time.
  bool EndsWithin(absl::Duration time) {
    return result_.wait_for(absl::ToChronoMilliseconds(time)) == std::future_status::ready;
  }
  // Waits for the end. Once.
  HttpResult Result() { return result_.get(); }

 private:
  Strand strand_;
  // What the strand may still use after this object is gone.
  std::shared_ptr<boost::asio::cancellation_signal> signal_;
  std::future<HttpResult> result_;
};

}  // namespace credlink
