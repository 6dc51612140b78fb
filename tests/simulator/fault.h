// What can go wrong between a client and LastPass, on demand.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace credlink::simulator {

struct Fault {
  enum Kind {
    kNone,            // the right answer, after `latency`
    kHang,            // no answer, ever
    kClose,           // the connection ends without a byte of an answer
    kReset,           // the connection is reset after `bytes` of the body
    kTrickle,         // a byte of the answer every `interval`
    kBody,            // `status` and `body` instead of the right answer
    kEdgeBlock,       // 403 and HTML, as a bot protection answers
    kEdgeRateLimit,   // 429 and HTML; Retry-After when `retry_after_seconds` is set
    kServerError,     // `status` (502 if 0) and HTML
    kHugeAnswer,      // a right answer of `bytes` or more, as if pagesize were ignored
    kHugeGarbage,     // `bytes` of nonsense
    kLengthTooLong,   // Content-Length promises more than there is
    kLengthTooShort,  // Content-Length promises less than there is
    kTruncated,       // the body ends after `bytes`, and the connection with it
    kRedirect,        // 302 to `body`
  };
  Kind kind = kNone;
  absl::Duration latency;  // before anything else, with every kind
  absl::Duration interval = absl::Seconds(1);
  size_t bytes = 10;
  int status = 0;
  int retry_after_seconds = 0;
  std::string body;
  int only_next = 0;  // for so many requests, then no more; 0: until it is cleared
};

// {"kind": "hang", "latency_ms": 300, "interval_ms": 1000, "bytes": 10, "status": 500,
//  "retry_after_seconds": 5, "body": "...", "only_next": 1}: only `kind` is needed, in lower case
// with underscores. INVALID_ARGUMENT names what cannot be read.
absl::StatusOr<Fault> ParseFault(absl::string_view json);

}  // namespace credlink::simulator
