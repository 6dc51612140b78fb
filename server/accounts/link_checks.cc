#include "server/accounts/link_checks.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/accounts/names.h"
#include "server/secrets/sensitive_fields.h"

namespace credlink {
namespace {

constexpr size_t kMaxOwnerId = 128;
constexpr size_t kMaxText = 200;  // characters
constexpr size_t kMaxRequestId = 64;
constexpr int kMaxAnnotations = 32;
constexpr size_t kMaxAnnotationKey = 63;
constexpr size_t kMaxAnnotationValue = 256;

bool AllOf(absl::string_view text, absl::string_view punctuation) {
  return std::all_of(text.begin(), text.end(), [punctuation](char c) {
    return absl::ascii_isalnum(c) || punctuation.find(c) != absl::string_view::npos;
  });
}

// In characters, not bytes; protobuf has made sure that it is UTF-8.
size_t Characters(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; });
}

void CheckText(absl::string_view field, absl::string_view text, size_t limit, FieldFaults& faults) {
  if (Characters(text) > limit) {
    faults.Add(field, v1::ERROR_REASON_FIELD_TOO_LONG,
               absl::StrCat("Must have at most ", limit, " characters."));
  } else if (std::any_of(text.begin(), text.end(), [](char c) { return absl::ascii_iscntrl(c); })) {
    faults.Add(field, v1::ERROR_REASON_FIELD_MALFORMED, "Must not have control characters.");
  }
}

void CheckOwner(const v1::Owner& owner, FieldFaults& faults) {
  if (owner.id().empty()) {
    faults.Add("owner.id", v1::ERROR_REASON_FIELD_REQUIRED,
               "Must be set to your own id of the customer who links the account.");
  } else if (owner.id().size() > kMaxOwnerId || !AllOf(owner.id(), "._:@/+-")) {
    faults.Add("owner.id", v1::ERROR_REASON_FIELD_MALFORMED,
               "Must be 1 to 128 characters of letters, digits and ._:@/+-.");
  }
  CheckText("owner.display_name", owner.display_name(), kMaxText, faults);
  CheckText("owner.username", owner.username(), kMaxText, faults);
}

bool IsAnnotationKey(absl::string_view key) {
  return !key.empty() && key.size() <= kMaxAnnotationKey && absl::ascii_isalnum(key.front()) &&
         std::none_of(key.begin(), key.end(), [](char c) { return absl::ascii_isupper(c); }) &&
         AllOf(key, "._/-");
}

void CheckAnnotations(const v1::LinkAccountRequest& request, FieldFaults& faults) {
  if (request.annotations_size() > kMaxAnnotations) {
    faults.Add("annotations", v1::ERROR_REASON_FIELD_TOO_LONG,
               absl::StrCat("Must have at most ", kMaxAnnotations, " pairs."));
    return;
  }
  // One fault for all keys and one for all values: a key that is wrong may be anything, so it is
  // not named.
  bool bad_key = false;
  bool bad_value = false;
  for (const auto& [key, value] : request.annotations()) {
    bad_key |= !IsAnnotationKey(key);
    bad_value |= Characters(value) > kMaxAnnotationValue;
  }
  if (bad_key) {
    faults.Add("annotations", v1::ERROR_REASON_FIELD_MALFORMED,
               "Keys must be 1 to 63 characters [a-z0-9._/-] and begin with a letter or digit.");
  }
  if (bad_value) {
    faults.Add("annotations", v1::ERROR_REASON_FIELD_TOO_LONG,
               "Values must have at most 256 characters.");
  }
}

}  // namespace

CheckedCredentials CheckCredentials(const std::string& parent, v1::Credentials& credentials,
                                    const Providers& providers, FieldFaults& faults) {
  CheckedCredentials checked;
  if (absl::optional<std::string> tenant = ParseTenantName(parent)) {
    checked.tenant = *std::move(tenant);
  } else {
    faults.Add("parent",
               parent.empty() ? v1::ERROR_REASON_FIELD_REQUIRED : v1::ERROR_REASON_FIELD_MALFORMED,
               kTenantNameShape);
  }
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
  CheckAnnotations(request, faults);
  if (!v1::Environment_IsValid(request.environment())) {
    faults.Add("environment", v1::ERROR_REASON_FIELD_MALFORMED,
               "Must be ENVIRONMENT_PRODUCTION or ENVIRONMENT_TEST.");
  }
  if (request.request_id().size() > kMaxRequestId || !AllOf(request.request_id(), "-_.")) {
    faults.Add("request_id", v1::ERROR_REASON_FIELD_MALFORMED,
               "Must be 1 to 64 characters of letters, digits and -_., such as a UUID.");
  }
}

}  // namespace credlink
