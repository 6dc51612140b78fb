// Resource names (AIP-122) and the ids in them.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace credlink {

// 1 to 63 lower-case letters, digits and hyphens, beginning with a letter or digit.
bool IsResourceId(absl::string_view id);

// "tenants/{tenant}" -> tenant; nullopt when it is anything else.
absl::optional<std::string> ParseTenantName(absl::string_view name);

struct AccountName {
  std::string tenant;
  std::string account_id;
};

// "tenants/{tenant}/accounts/{account}"; nullopt when it is anything else.
absl::optional<AccountName> ParseAccountName(absl::string_view name);
std::string FormatAccountName(absl::string_view tenant, absl::string_view account_id);

// "connectors/{provider}" -> provider; nullopt when it is anything else.
absl::optional<std::string> ParseConnectorName(absl::string_view name);

// The standing description of these shapes, for answers.
constexpr absl::string_view kTenantNameShape =
    "Must be tenants/{tenant}, where the tenant has 1 to 63 lower-case letters, digits and hyphens "
    "and "
    "begins with a letter or digit.";
constexpr absl::string_view kAccountNameShape =
    "Must be tenants/{tenant}/accounts/{account}, as in Account.name.";
constexpr absl::string_view kConnectorNameShape =
    "Must be connectors/{provider}, such as connectors/lastpass.";

}  // namespace credlink
