#include "tests/model/client.h"

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace credlink::model {
namespace {

template <typename Detail>
Detail DetailOf(const grpc::Status& status) {
  google::rpc::Status details;
  Detail detail;
  if (!details.ParseFromString(status.error_details())) return detail;
  for (const auto& any : details.details()) {
    if (any.UnpackTo(&detail)) break;
  }
  return detail;
}

}  // namespace

std::string ReasonOf(const grpc::Status& status) {
  return DetailOf<google::rpc::ErrorInfo>(status).reason();
}

std::string ResourceOf(const grpc::Status& status) {
  return DetailOf<google::rpc::ResourceInfo>(status).resource_name();
}

bool IsLost(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE && ReasonOf(status).empty();
}

}  // namespace credlink::model
