// Resume tokens: a place in a tenant's events, bound to the tenant. They carry no rights.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/secrets/key_ring.h"

namespace credlink {

// A token for the place behind that event; 0: before the first. 22 characters that need no escaping
// in a URL; always the same for the same place.
std::string MakeResumeToken(const KeyRing& keys, absl::string_view tenant, int64_t sequence);

// The sequence. INVALID_ARGUMENT (RESUME_TOKEN_INVALID) when the token was not made for this tenant
// of this deployment, or was changed. Whether there is such an event is for the store to say.
absl::StatusOr<int64_t> ReadResumeToken(const KeyRing& keys, absl::string_view tenant,
                                        absl::string_view token);

}  // namespace credlink
