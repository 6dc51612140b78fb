// ListAccountsRequest.order_by.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/store/account_list.h"

namespace credlink {

// The order that is asked for. When none is: by create_time, or by update_time when that is the
// only field that `filter` compares. INVALID_ARGUMENT (ORDER_BY_INVALID).
absl::StatusOr<ListOrder> ParseOrderBy(absl::string_view order_by, const AccountFilter& filter);

}  // namespace credlink
