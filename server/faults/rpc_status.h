// An absl::Status, with its payloads, as the message that gRPC and protobuf JSON carry.
#pragma once

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace credlink {

google::rpc::Status ToRpcStatus(const absl::Status& status);

}  // namespace credlink
