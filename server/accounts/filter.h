// ListAccountsRequest.filter: a subset of AIP-160.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace credlink {

// What a filter asks for. Empty strings do not restrict.
struct AccountFilter {
  std::string owner_id;
  std::string provider;
  std::string account_number;
};

// Reads `field = "text" AND field = text ...`. INVALID_ARGUMENT (FILTER_INVALID) names what is
// wrong and at which character, counted from 1.
absl::StatusOr<AccountFilter> ParseFilter(absl::string_view filter);

}  // namespace credlink
