// The one place where an absl::Status becomes a grpc::Status.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace credlink {

// Code, message, and the status' payloads as google.rpc details. What was not made by server/faults
// (a fault of ours, whatever its code) goes out as INTERNAL with a constant text.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace credlink
