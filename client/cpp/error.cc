#include "client/cpp/error.h"

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace credlink::client {
namespace {

constexpr char kTypeUrlPrefix[] = "type.googleapis.com/";

template <typename Detail>
absl::optional<Detail> Find(const absl::Status& status) {
  const absl::optional<absl::Cord> payload =
      status.GetPayload(absl::StrCat(kTypeUrlPrefix, Detail::descriptor()->full_name()));
  Detail detail;
  if (!payload || !detail.ParseFromString(std::string(*payload))) return absl::nullopt;
  return detail;
}

std::string ValueOf(const google::rpc::ErrorInfo& info, const std::string& key) {
  const auto found = info.metadata().find(key);
  return found == info.metadata().end() ? "" : found->second;
}

}  // namespace

absl::Status ToStatus(const grpc::Status& status) {
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const google::protobuf::Any& any : details.details()) {
      result.SetPayload(any.type_url(), absl::Cord(any.value()));
    }
  }
  return result;
}

ErrorDetails DetailsOf(const absl::Status& status) {
  ErrorDetails details;
  google::rpc::ErrorInfo info;
  if (const auto found = Find<google::rpc::ErrorInfo>(status)) info = *found;
  details.reason = info.reason();
  v1::Actor actor = v1::ACTOR_UNSPECIFIED;
  v1::Actor_Parse(ValueOf(info, "next_step_actor"), &actor);
  details.next_step.set_actor(actor);
  details.next_step.set_action(ValueOf(info, "next_step_action"));
  details.next_step.set_url(ValueOf(info, "next_step_url"));
  if (const auto request = Find<google::rpc::BadRequest>(status)) {
    for (const auto& violation : request->field_violations()) {
      details.fields.push_back(
          {violation.field(), ValueOf(info, violation.field()), violation.description()});
    }
  }
  if (const auto retry = Find<google::rpc::RetryInfo>(status)) {
    details.retry_after = absl::Seconds(retry->retry_delay().seconds()) +
                          absl::Nanoseconds(retry->retry_delay().nanos());
  }
  if (const auto resource = Find<google::rpc::ResourceInfo>(status)) {
    details.resource = resource->resource_name();
  }
  return details;
}

}  // namespace credlink::client
