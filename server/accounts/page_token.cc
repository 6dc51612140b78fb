#include "server/accounts/page_token.h"

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"
#include "server/secrets/sealer.h"

namespace credlink {
namespace {

constexpr size_t kPadTo = 32;
constexpr size_t kMaxToken = 512;

SealContext ContextOf(const KeyRing& keys, absl::string_view tenant, absl::string_view filter) {
  SealContext context;
  context.purpose = "page-token";
  context.deployment = keys.deployment_id();
  context.tenant = tenant;
  context.record = filter;
  return context;
}

}  // namespace

std::string MakePageToken(const KeyRing& keys, absl::string_view tenant, absl::string_view filter,
                          int64_t after) {
  return absl::WebSafeBase64Escape(
      Seal(keys.deployment_key(), ContextOf(keys, tenant, filter), absl::StrCat(after), kPadTo));
}

absl::StatusOr<int64_t> ReadPageToken(const KeyRing& keys, absl::string_view tenant,
                                      absl::string_view filter, absl::string_view token) {
  std::string blob;
  int64_t after = 0;
  if (token.size() <= kMaxToken && absl::WebSafeBase64Unescape(token, &blob)) {
    absl::StatusOr<Secret> opened =
        Open(keys.deployment_key(), ContextOf(keys, tenant, filter), blob);
    if (opened.ok() && absl::SimpleAtoi(opened->Reveal(), &after) && after > 0) return after;
  }
  FieldFaults faults;
  faults.Add("page_token", v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  return faults.ToStatus();
}

}  // namespace credlink
