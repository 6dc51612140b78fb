// ListAccountsRequest.filter: a subset of AIP-160.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/store/account_filter.h"

namespace credlink {

constexpr size_t kMaxFilterCharacters = 1024;
constexpr int kMaxFilterComparisons = 32;
constexpr int kMaxFilterParentheses = 8;  // levels

// What the filter means; kEverything when it compares nothing. A tree has a level or three for each
// level of parentheses, and one part is never alone under kAnd or kOr. `!=` is kNot over kEqual.
//
// INVALID_ARGUMENT: FIELD_TOO_LONG, or FILTER_INVALID, which names the first character, counted
// from 1, that does not fit, and what was expected there.
absl::StatusOr<AccountFilter> ParseFilter(absl::string_view filter);

}  // namespace credlink
