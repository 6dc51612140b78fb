// What can go wrong, told once. Every reason's code, text and next step come from the options of
// credlink.v1.ErrorReason; here they become an absl::Status that carries google.rpc details as
// payloads (one payload a detail, under its type URL), which server/rpc passes on to the caller.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "credlink/v1/error_reason.pb.h"
#include "credlink/v1/next_step.pb.h"

namespace credlink {

// The standing texts of a reason. Lives for ever.
const v1::ReasonInfo& InfoOf(v1::ErrorReason reason);

// The reason as ErrorInfo spells it: "CREDENTIALS_REJECTED".
std::string ReasonName(v1::ErrorReason reason);

// What a fault is about, where there is something to name. Nothing in it may be secret.
struct FaultSubject {
  std::string resource_type;  // "credlink.v1.Connector"
  std::string resource_name;  // "tenants/acme/accounts/x"
};

// A tenant, by its name.
inline FaultSubject TenantSubject(std::string name) {
  return {"credlink.v1.Tenant", std::move(name)};
}

// An account, by its name.
inline FaultSubject AccountSubject(std::string name) {
  return {"credlink.v1.Account", std::move(name)};
}

// An error with that reason: the reason's own code and message, ErrorInfo, and where they fit
// - RetryInfo: the reason has a delay, which `retry_after` replaces;
// - ResourceInfo: the subject has a name;
// - PreconditionFailure: the code is FAILED_PRECONDITION;
// - QuotaFailure: a limit of the subject's own was met.
// INTERNAL for a reason that is none of an error: this is never OK.
absl::Status Fault(v1::ErrorReason reason, const FaultSubject& subject = {},
                   absl::optional<absl::Duration> retry_after = absl::nullopt);

// The reason of an error made here; nullopt for any other status.
absl::optional<v1::ErrorReason> ReasonOf(const absl::Status& status);

// The faults of one request's fields, so that one answer names them all.
class FieldFaults {
 public:
  // `field` is the path in the request: "credentials.lastpass.account_number".
  void Add(absl::string_view field, v1::ErrorReason reason);
  // The same with a text of its own instead of the reason's; the text must not hold any input.
  // Faults beyond the twentieth are dropped: an answer has to fit into a call's trailers.
  void Add(absl::string_view field, v1::ErrorReason reason, absl::string_view description);

  // A value that does not have its shape, which the text describes: FIELD_REQUIRED when it is
  // empty, FIELD_MALFORMED otherwise.
  void AddMalformed(absl::string_view field, absl::string_view value, absl::string_view shape);

  bool empty() const { return faults_.empty(); }

  // OK when empty. Otherwise INVALID_ARGUMENT with the first fault's reason, a BadRequest that
  // lists all, and ErrorInfo metadata {field: REASON}.
  absl::Status ToStatus() const;

 private:
  struct FieldFault {
    std::string field;
    v1::ErrorReason reason;
    std::string description;
  };
  std::vector<FieldFault> faults_;
};

// The error of a request in which nothing else is wrong: see FieldFaults::AddMalformed.
absl::Status MalformedField(absl::string_view field, absl::string_view value,
                            absl::string_view shape);

}  // namespace credlink
