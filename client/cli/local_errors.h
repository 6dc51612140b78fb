// What this program knows of an error that the server has not explained, or not to the end.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace credlink::cli {

// "CREDENTIALS_REJECTED"; the gRPC code where the server gave no reason.
std::string ReasonOrCode(const absl::Status& status);

// Whether a change that ended like this may have been done all the same.
bool IsUnknownOutcome(const absl::Status& status);

// The status of such a change with its request id, as google.rpc.RequestInfo. An empty id says that
// the same command does no harm.
absl::Status WithRequestId(const absl::Status& status, const std::string& request_id);
// What that means, on one line; empty for a status without it.
std::string RepeatText(const absl::Status& status);

// When there was no server to say whose move it is, says it: ErrorInfo, without a reason. Any other
// status comes back as it is.
absl::Status WithNextStep(const absl::Status& status);

}  // namespace credlink::cli
