#include "server/accounts/page_token.h"

#include <cstdint>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/optional.h"
#include "server/faults/faults.h"
#include "server/secrets/sealer.h"

namespace credlink {
namespace {

constexpr absl::string_view kPurpose = "page-token";
constexpr size_t kPadTo = 32;
constexpr size_t kMaxToken = 2048;  // a label has at most 200 characters

// Of one size, whatever the request's texts are: OpenSSL derives no key from more than 2 KiB.
std::string Binding(const KeyRing& keys, const std::string& tenant,
                    const v1::ListAccountsRequest& list) {
  // A length before each text, so that two lists never look alike.
  const std::string message =
      absl::StrCat(list.filter().size(), ":", list.filter(), list.order_by().size(), ":",
                   list.order_by(), list.show_deleted() ? "+deleted" : "");
  return keys.Digest(kPurpose, tenant, message, Secret());
}

SealContext ContextOf(const KeyRing& keys, const std::string& tenant, const std::string& binding) {
  SealContext context;
  context.purpose = kPurpose;
  context.deployment = keys.deployment_id();
  context.tenant = tenant;
  context.record = binding;
  return context;
}

// "TIME_US ROW LABEL"; the label may hold spaces.
std::string Encode(const ListPosition& position) {
  return absl::StrCat(position.time_us, " ", position.row, " ", position.label);
}

absl::optional<ListPosition> Decode(absl::string_view encoded) {
  const std::vector<absl::string_view> parts = absl::StrSplit(encoded, absl::MaxSplits(' ', 2));
  ListPosition position;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &position.time_us) ||
      !absl::SimpleAtoi(parts[1], &position.row)) {
    return absl::nullopt;
  }
  position.label = std::string(parts[2]);
  return position;
}

}  // namespace

std::string MakePageToken(const KeyRing& keys, const std::string& tenant,
                          const v1::ListAccountsRequest& list, const ListPosition& after) {
  const std::string binding = Binding(keys, tenant, list);
  return absl::WebSafeBase64Escape(
      Seal(keys.deployment_key(), ContextOf(keys, tenant, binding), Encode(after), kPadTo));
}

absl::StatusOr<ListPosition> ReadPageToken(const KeyRing& keys, const std::string& tenant,
                                           const v1::ListAccountsRequest& list,
                                           absl::string_view token) {
  std::string blob;
  if (token.size() <= kMaxToken && absl::WebSafeBase64Unescape(token, &blob)) {
    const std::string binding = Binding(keys, tenant, list);
    const absl::StatusOr<Secret> opened =
        Open(keys.deployment_key(), ContextOf(keys, tenant, binding), blob);
    if (opened.ok()) {
      absl::optional<ListPosition> position = Decode(opened->Reveal());
      if (position) return *std::move(position);
    }
  }
  FieldFaults faults;
  faults.Add("page_token", v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  return faults.ToStatus();
}

}  // namespace credlink
