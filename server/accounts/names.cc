#include "server/accounts/names.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace credlink {
namespace {

bool IsLowerOrDigit(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); }

}  // namespace

bool IsResourceId(absl::string_view id) {
  return !id.empty() && id.size() <= 63 && IsLowerOrDigit(id.front()) &&
         std::all_of(id.begin(), id.end(), [](char c) { return IsLowerOrDigit(c) || c == '-'; });
}

absl::optional<std::string> ParseTenantName(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 2 || parts[0] != "tenants" || !IsResourceId(parts[1])) return absl::nullopt;
  return std::string(parts[1]);
}

absl::optional<AccountName> ParseAccountName(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4 || parts[0] != "tenants" || !IsResourceId(parts[1]) ||
      parts[2] != "accounts" || !IsResourceId(parts[3])) {
    return absl::nullopt;
  }
  return AccountName{std::string(parts[1]), std::string(parts[3])};
}

std::string FormatAccountName(absl::string_view tenant, absl::string_view account_id) {
  return absl::StrCat("tenants/", tenant, "/accounts/", account_id);
}

absl::optional<std::string> ParseConnectorName(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 2 || parts[0] != "connectors" || !IsResourceId(parts[1])) {
    return absl::nullopt;
  }
  return std::string(parts[1]);
}

}  // namespace credlink
