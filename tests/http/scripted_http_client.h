// An HttpClient that answers as it is told to, and remembers what it was asked.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "server/http/http_client.h"
#include "server/runtime/completion.h"
#include "server/runtime/mutex.h"

namespace credlink {

// Thread-safe. Answers come in the order in which they were scripted, one a request; a request
// without one is kTransport.
class ScriptedHttpClient final : public HttpClient {
 public:
  struct Answer {
    HttpResult result;
    std::vector<std::string> pieces;  // of the body, given to the sink when there is a status
  };

  // What was sent. The body is in ordinary memory: for tests only.
  struct Request {
    std::string path;
    std::string content_type;
    std::string body;
    Deadline deadline;
    size_t max_body;
    absl::Duration max_time;
  };

  static Answer Done(int status, std::vector<std::string> pieces) {
    Answer answer;
    answer.result.kind = HttpResult::kDone;
    answer.result.status = status;
    answer.result.latency = absl::Milliseconds(5);
    answer.pieces = std::move(pieces);
    return answer;
  }
  static Answer Ended(HttpResult::Kind kind) {
    Answer answer;
    answer.result.kind = kind;
    return answer;
  }

  void Script(Answer answer) {
    MutexLock lock(mutex_);
    answers_.push_back(std::move(answer));
  }

  // The next request waits until it is cancelled. `on_waiting` is called when it has begun to wait.
  void ScriptHang(absl::AnyInvocable<void()> on_waiting) {
    MutexLock lock(mutex_);
    on_waiting_ = std::move(on_waiting);
  }

  std::vector<Request> Requests() const {
    MutexLock lock(mutex_);
    return requests_;
  }

  Task<HttpResult> Post(HttpRequest request, BodySink& sink) override {
    Remember(request);
    absl::AnyInvocable<void()> on_waiting = TakeHang();
    if (on_waiting) {
      Task<HttpResult> hang = HangUntilCancelled(std::move(on_waiting));
      const HttpResult cancelled = co_await std::move(hang);
      co_return cancelled;
    }
    Answer answer = Take();
    if (answer.result.status != 0) sink.OnStatus(answer.result.status);
    for (const std::string& piece : answer.pieces) {
      if (sink.OnBody(piece)) continue;
      answer.result.kind = HttpResult::kStopped;
      break;
    }
    co_return answer.result;
  }

 private:
  static Task<HttpResult> HangUntilCancelled(absl::AnyInvocable<void()> on_waiting) {
    Completion<HttpResult> pending;
    HttpResult result = co_await AwaitCancellable<HttpResult>(
        [&pending, &on_waiting](Completion<HttpResult> done) {
          pending = std::move(done);
          on_waiting();
        },
        [&pending] { std::move(pending)(Ended(HttpResult::kCancelled).result); });
    co_return result;
  }

  void Remember(const HttpRequest& request) {
    MutexLock lock(mutex_);
    requests_.push_back({request.path, request.content_type, std::string(request.body.Reveal()),
                         request.deadline, request.max_body, request.max_time});
  }

  absl::AnyInvocable<void()> TakeHang() {
    MutexLock lock(mutex_);
    return std::exchange(on_waiting_, nullptr);
  }

  Answer Take() {
    MutexLock lock(mutex_);
    if (answers_.empty()) return Ended(HttpResult::kTransport);
    Answer answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

  mutable Mutex mutex_;
  std::deque<Answer> answers_ ABSL_GUARDED_BY(mutex_);
  std::vector<Request> requests_ ABSL_GUARDED_BY(mutex_);
  absl::AnyInvocable<void()> on_waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace credlink
