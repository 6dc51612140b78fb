// Page tokens: where a list goes on, sealed and bound to the list it belongs to. They carry no
// rights.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/secrets/key_ring.h"

namespace credlink {

// A token for the position behind `after` (AccountPage.next) of that tenant's list with that
// filter.
std::string MakePageToken(const KeyRing& keys, absl::string_view tenant, absl::string_view filter,
                          int64_t after);

// The position. INVALID_ARGUMENT (PAGE_TOKEN_INVALID) when it was not made for this list, or was
// changed.
absl::StatusOr<int64_t> ReadPageToken(const KeyRing& keys, absl::string_view tenant,
                                      absl::string_view filter, absl::string_view token);

}  // namespace credlink
