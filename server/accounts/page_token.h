// Page tokens: where a list goes on, sealed and bound to the list it belongs to. They carry no
// rights.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "credlink/v1/link_service.pb.h"
#include "server/secrets/key_ring.h"
#include "server/store/account_list.h"

namespace credlink {

// A token for the position behind `after` (AccountPage.next) of that tenant's list. Which list it
// is, the request's filter, order_by and show_deleted say, letter by letter.
std::string MakePageToken(const KeyRing& keys, const std::string& tenant,
                          const v1::ListAccountsRequest& list, const ListPosition& after);

// The position that `token` holds. INVALID_ARGUMENT (PAGE_TOKEN_INVALID) when it was not made for
// this list, or was changed.
absl::StatusOr<ListPosition> ReadPageToken(const KeyRing& keys, const std::string& tenant,
                                           const v1::ListAccountsRequest& list,
                                           absl::string_view token);

}  // namespace credlink
