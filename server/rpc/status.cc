#include "server/rpc/status.h"

#include <string>

#include "server/faults/faults.h"
#include "server/faults/rpc_status.h"

namespace credlink {

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  if (!ReasonOf(status)) return ToGrpcStatus(Fault(v1::ERROR_REASON_INTERNAL));
  const google::rpc::Status details = ToRpcStatus(status);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), details.message(),
                      details.SerializeAsString());
}

}  // namespace credlink
