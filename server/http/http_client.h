// HTTP as the providers need it: one POST whose answer is read as it arrives.
#pragma once

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "server/runtime/deadline.h"
#include "server/runtime/task.h"
#include "server/secrets/secret.h"

namespace credlink {

// Takes the answer's body as it arrives, on the client's own thread, never after Post has returned.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // The status line is read. Called once, before the first OnBody.
  virtual void OnStatus(int http_status) = 0;
  // The next bytes. False: nothing more is wanted, stop the transfer (HttpResult::kStopped).
  virtual bool OnBody(absl::string_view bytes) = 0;
};

struct HttpRequest {
  std::string path;          // below the client's base URL, beginning with "/"
  std::string content_type;  // such as "application/json"
  Secret body;
  Deadline deadline;    // of it all, waiting for a free place included
  size_t max_body = 0;  // bytes of the answer's body, as sent; more is kTooLarge
  absl::Duration max_time = absl::InfiniteDuration();  // of the transfer, from when it has a place
};

struct HttpResult {
  enum Kind {
    kDone,       // a whole answer, of whatever status
    kTransport,  // no connection, or it broke before the answer's end
    kTimeout,    // max_time or the deadline passed, or the answer came too slowly to go on
    kUntrusted,  // the server's TLS certificate or protocol is not acceptable; the body was not
                 // sent
    kTooLarge,
    kStopped,    // the sink wanted no more
    kCancelled,  // the call was cancelled, or the client is shutting down
  };
  Kind kind = kTransport;
  int status = 0;  // 0 when no status line came
  absl::optional<absl::Duration> retry_after;
  absl::Duration latency;  // from the start of the transfer, waiting for a free place included
};

// Thread-safe.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Sends the request, and follows no redirect. A request is sent again only when a kept connection
  // broke before the first byte of an answer, as it does when the server had closed it meanwhile.
  // `sink` must live until the Task has ended. Cancelling the awaiting call aborts the transfer.
  virtual Task<HttpResult> Post(HttpRequest request, BodySink& sink) = 0;
};

}  // namespace credlink
