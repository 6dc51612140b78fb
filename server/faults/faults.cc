#include "server/faults/faults.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "credlink/v1/annotations.pb.h"
#include "google/rpc/error_details.pb.h"

namespace credlink {
namespace {

constexpr absl::string_view kDomain = "credlink";
constexpr absl::string_view kPrefix = "ERROR_REASON_";
constexpr absl::string_view kTypeUrlPrefix = "type.googleapis.com/";
constexpr size_t kMaxFieldFaults = 20;  // all details together must fit into 8 KiB of trailers

template <typename Detail>
void Attach(absl::Status& status, const Detail& detail) {
  status.SetPayload(absl::StrCat(std::string(kTypeUrlPrefix), Detail::descriptor()->full_name()),
                    absl::Cord(detail.SerializeAsString()));
}

google::rpc::ErrorInfo MakeErrorInfo(v1::ErrorReason reason) {
  const v1::ReasonInfo& info = InfoOf(reason);
  google::rpc::ErrorInfo error_info;
  error_info.set_reason(ReasonName(reason));
  error_info.set_domain(kDomain.data(), kDomain.size());
  auto& metadata = *error_info.mutable_metadata();
  metadata["next_step_actor"] = v1::Actor_Name(info.next_step().actor());
  metadata["next_step_action"] = info.next_step().action();
  if (!info.next_step().url().empty()) metadata["next_step_url"] = info.next_step().url();
  return error_info;
}

// Whether a limit of the subject's own was met. Other limits are this server's or LastPass's:
// whoever asks, and however seldom, may meet them.
bool IsQuota(v1::ErrorReason reason) { return reason == v1::ERROR_REASON_TOO_MANY_WATCHES; }

absl::Status WithInfo(v1::ErrorReason reason, absl::string_view message,
                      const google::rpc::ErrorInfo& error_info) {
  absl::Status status(static_cast<absl::StatusCode>(InfoOf(reason).code()), message);
  Attach(status, error_info);
  return status;
}

}  // namespace

const v1::ReasonInfo& InfoOf(v1::ErrorReason reason) {
  const auto* value = v1::ErrorReason_descriptor()->FindValueByNumber(reason);
  return value->options().GetExtension(v1::reason);
}

std::string ReasonName(v1::ErrorReason reason) {
  return std::string(absl::StripPrefix(v1::ErrorReason_Name(reason), kPrefix));
}

absl::Status Fault(v1::ErrorReason reason, const FaultSubject& subject,
                   absl::optional<absl::Duration> retry_after) {
  const v1::ReasonInfo& info = InfoOf(reason);
  // As a status it would be OK.
  if (info.code() == 0) return Fault(v1::ERROR_REASON_INTERNAL, subject);
  absl::Status status = WithInfo(reason, info.message(), MakeErrorInfo(reason));
  absl::Duration delay = retry_after.value_or(absl::Seconds(info.retry_delay_seconds()));
  if (delay > absl::ZeroDuration()) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(std::max<int64_t>(1, absl::ToInt64Seconds(delay)));
    Attach(status, retry);
  }
  if (status.code() == absl::StatusCode::kFailedPrecondition) {
    google::rpc::PreconditionFailure failure;
    auto& violation = *failure.add_violations();
    violation.set_type(ReasonName(reason));
    violation.set_subject(subject.resource_name);
    violation.set_description(info.message());
    Attach(status, failure);
  }
  if (IsQuota(reason)) {
    google::rpc::QuotaFailure failure;
    auto& violation = *failure.add_violations();
    violation.set_subject(subject.resource_name);
    violation.set_description(info.message());
    Attach(status, failure);
  }
  if (!subject.resource_name.empty()) {
    google::rpc::ResourceInfo resource;
    resource.set_resource_type(subject.resource_type);
    resource.set_resource_name(subject.resource_name);
    resource.set_description(info.message());
    Attach(status, resource);
  }
  return status;
}

absl::optional<v1::ErrorReason> ReasonOf(const absl::Status& status) {
  absl::optional<absl::Cord> payload = status.GetPayload(
      absl::StrCat(std::string(kTypeUrlPrefix), google::rpc::ErrorInfo::descriptor()->full_name()));
  google::rpc::ErrorInfo error_info;
  v1::ErrorReason reason;
  if (!payload || !error_info.ParseFromString(std::string(*payload)) ||
      !v1::ErrorReason_Parse(absl::StrCat(std::string(kPrefix), error_info.reason()), &reason)) {
    return absl::nullopt;
  }
  return reason;
}

void FieldFaults::Add(absl::string_view field, v1::ErrorReason reason) {
  Add(field, reason, InfoOf(reason).message());
}

void FieldFaults::Add(absl::string_view field, v1::ErrorReason reason,
                      absl::string_view description) {
  if (faults_.size() >= kMaxFieldFaults) return;
  faults_.push_back({std::string(field), reason, std::string(description)});
}

void FieldFaults::AddMalformed(absl::string_view field, absl::string_view value,
                               absl::string_view shape) {
  Add(field, value.empty() ? v1::ERROR_REASON_FIELD_REQUIRED : v1::ERROR_REASON_FIELD_MALFORMED,
      shape);
}

absl::Status FieldFaults::ToStatus() const {
  if (faults_.empty()) return absl::OkStatus();
  const FieldFault& first = faults_.front();
  google::rpc::ErrorInfo error_info = MakeErrorInfo(first.reason);
  google::rpc::BadRequest bad_request;
  for (const FieldFault& fault : faults_) {
    (*error_info.mutable_metadata())[fault.field] = ReasonName(fault.reason);
    auto* violation = bad_request.add_field_violations();
    violation->set_field(fault.field);
    violation->set_description(fault.description);
  }
  std::string message = absl::StrCat(first.field, ": ", first.description);
  if (faults_.size() > 1) absl::StrAppend(&message, " (and ", faults_.size() - 1, " more)");
  absl::Status status = WithInfo(first.reason, message, error_info);
  Attach(status, bad_request);
  return status;
}

absl::Status MalformedField(absl::string_view field, absl::string_view value,
                            absl::string_view shape) {
  FieldFaults faults;
  faults.AddMalformed(field, value, shape);
  return faults.ToStatus();
}

}  // namespace credlink
