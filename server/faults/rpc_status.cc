#include "server/faults/rpc_status.h"

#include <string>

namespace credlink {

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  google::rpc::Status rpc;
  rpc.set_code(static_cast<int>(status.code()));
  rpc.set_message(std::string(status.message()));
  status.ForEachPayload([&rpc](absl::string_view type_url, const absl::Cord& payload) {
    google::protobuf::Any& any = *rpc.add_details();
    any.set_type_url(std::string(type_url));
    any.set_value(std::string(payload));
  });
  return rpc;
}

}  // namespace credlink
