#include "client/cli/local_errors.h"

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "client/cpp/error.h"
#include "google/rpc/error_details.pb.h"

namespace credlink::cli {
namespace {

std::string TypeUrl(const google::protobuf::Message& detail) {
  return absl::StrCat("type.googleapis.com/", detail.GetDescriptor()->full_name());
}

void Attach(const google::protobuf::Message& detail, absl::Status& status) {
  status.SetPayload(TypeUrl(detail), absl::Cord(detail.SerializeAsString()));
}

}  // namespace

std::string ReasonOrCode(const absl::Status& status) {
  const std::string reason = client::DetailsOf(status).reason;
  return reason.empty() ? absl::StatusCodeToString(status.code()) : reason;
}

bool IsUnknownOutcome(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return true;
    case absl::StatusCode::kUnavailable:  // with a reason, the server decided not to do it
      return client::DetailsOf(status).reason.empty();
    default:
      return false;
  }
}

absl::Status WithRequestId(const absl::Status& status, const std::string& request_id) {
  google::rpc::RequestInfo info;
  info.set_request_id(request_id);
  absl::Status told = status;
  Attach(info, told);
  return told;
}

std::string RepeatText(const absl::Status& status) {
  google::rpc::RequestInfo info;
  const absl::optional<absl::Cord> payload = status.GetPayload(TypeUrl(info));
  if (!payload || !info.ParseFromString(std::string(*payload))) return "";
  return absl::StrCat("It may have been done. ",
                      info.request_id().empty()
                          ? "The same command again does no harm."
                          : absl::StrCat("To repeat safely: --request-id ", info.request_id()));
}

absl::Status WithNextStep(const absl::Status& status) {
  const bool never_answered = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
  if (!never_answered || !client::DetailsOf(status).reason.empty()) return status;
  google::rpc::ErrorInfo info;
  info.set_domain("credlink");
  (*info.mutable_metadata())["next_step_actor"] = v1::Actor_Name(v1::ACTOR_OPERATOR);
  (*info.mutable_metadata())["next_step_action"] =
      absl::IsUnavailable(status)
          ? "See that credlinkd is running, and that --server is its address."
          : "Give it more time with --timeout. If that does not help, look into the server's log.";
  absl::Status told = status;
  Attach(info, told);
  return told;
}

}  // namespace credlink::cli
