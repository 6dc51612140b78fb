#include "server/accounts/link_checks.h"

#include "server/accounts/field_checks.h"
#include "server/accounts/names.h"
#include "server/secrets/sensitive_fields.h"

namespace credlink {
namespace {

constexpr size_t kMaxOwnerId = 128;

void CheckOwner(const v1::Owner& owner, FieldFaults& faults) {
  if (owner.id().empty()) {
    faults.Add("owner.id", v1::ERROR_REASON_FIELD_REQUIRED,
               "Must be set to your own id of the customer who links the account.");
  } else if (owner.id().size() > kMaxOwnerId || !HasOnly(owner.id(), "._:@/+-")) {
    faults.Add("owner.id", v1::ERROR_REASON_FIELD_MALFORMED,
               "Must be 1 to 128 characters of letters, digits and ._:@/+-.");
  }
  CheckText("owner.display_name", owner.display_name(), kMaxText, faults);
  CheckText("owner.username", owner.username(), kMaxText, faults);
}

}  // namespace

CheckedCredentials CheckCredentials(const std::string& parent, v1::Credentials& credentials,
                                    const Providers& providers, FieldFaults& faults) {
  const absl::optional<std::string> tenant = ParseTenantName(parent);
  if (!tenant) faults.AddMalformed("parent", parent, kTenantNameShape);
  CheckedCredentials checked = CheckCredentials(credentials, providers, faults);
  checked.tenant = tenant.value_or("");
  return checked;
}

CheckedCredentials CheckCredentials(v1::Credentials& credentials, const Providers& providers,
                                    FieldFaults& faults) {
  CheckedCredentials checked;
  checked.provider = providers.For(credentials);
  if (checked.provider == nullptr) {
    faults.Add("credentials", v1::ERROR_REASON_FIELD_REQUIRED,
               "Must hold one provider's credentials, such as credentials.lastpass.");
  } else if (absl::optional<ReadCredentials> read = checked.provider->Read(credentials, faults)) {
    checked.read = *std::move(read);
  }
  WipeEverything(credentials);
  return checked;
}

void CheckLinkFields(const v1::LinkAccountRequest& request, FieldFaults& faults) {
  if (!request.account_id().empty() && !IsResourceId(request.account_id())) {
    faults.Add("account_id", v1::ERROR_REASON_FIELD_MALFORMED,
               "Must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter or "
               "digit.");
  }
  CheckOwner(request.owner(), faults);
  CheckText("label", request.label(), kMaxText, faults);
  CheckAnnotations("annotations", request.annotations(), faults);
  CheckEnvironment("environment", request.environment(), faults);
  CheckRequestId(request.request_id(), faults);
}

}  // namespace credlink
