// The accounts of a filled store: made up, and always the same ones.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "server/store/account_changes.h"

namespace credlink::bench {

// The last account was linked at kFilledEnd, the first one kFilledSpan before; the others in
// between, in their order.
inline constexpr absl::Time kFilledEnd = absl::FromUnixSeconds(1767225600);  // 2026
inline constexpr absl::Duration kFilledSpan = absl::Hours(24 * 700);

// A new account, the one of that index among `count`, with a credential that nobody can open.
// Owners and account numbers have no order; every 50th account has the owner of the one before,
// every 100th its account number. Whatever `count` is, the parts are equal: 20 % are labelled "Head
// office" and 10 % "Head office NNNN", 60 % "Branch NNNN", the rest not; 40 % have an annotation
// `team`, a quarter of them "billing"; 5 % are UNHEALTHY, 1 % SUSPENDED, 0.5 % TEST.
AccountChange MakeFilledAccount(const std::string& tenant, int64_t index, int64_t count);

// Of that account.
std::string FilledOwner(int64_t index);
std::string FilledAccountNumber(int64_t index);

}  // namespace credlink::bench
