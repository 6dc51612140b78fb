// What a check does to an account. Pure: nothing is asked or written here.
#pragma once

#include "absl/time/time.h"
#include "credlink/v1/account.pb.h"
#include "server/providers/provider.h"

namespace credlink {

// The standing texts of a reason, as accounts show them.
v1::HealthReason ReasonFor(v1::ErrorReason reason);

// Records the end of a check of the current credential at `now`. VALID makes the account HEALTHY
// and proven as of the evidence's time; INVALID makes it UNHEALTHY, unless there is an outage;
// INDETERMINATE leaves its health alone. During an outage, what is not VALID only counts, and the
// reason is UPSTREAM_OUTAGE. Returns whether the health became another; then the account has a new
// etag.
bool RecordCheck(v1::Account& account, const ProbeResult& probe, bool outage, absl::Time now);

}  // namespace credlink
