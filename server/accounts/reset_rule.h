// LastPass has one live hash per company: when one proves valid, another one that was proven before
// it is probably dead.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/store/account_store.h"

namespace credlink {

// At most so many accounts become SUSPECT through one proof; the others do through the next ones.
constexpr int kMaxSuspects = 100;
// So many siblings are looked at for it: those that are SUSPECT already are among them.
constexpr int kMaxSiblings = 1000;

// Asks for the record's siblings that may become SUSPECT. Others cannot, however many there are.
SiblingQuery SiblingsOf(const std::string& tenant, const AccountRecord& record, int limit);

// `proven`'s current credential has just been proven. Adds to `changes` that those of `siblings`
// (accounts of its tenant with its account number) become SUSPECT and due for a check, that are
// ACTIVE and not UNHEALTHY, are known to hold another secret, and were last proven before
// `proven`'s version was made; and that other tenants' accounts of that kind are checked too,
// without a word. Nobody checks a SUSPENDED one: it is due when it is resumed. Returns the names of
// the tenant's that are SUSPECT now, at most kMaxSuspects: the new ones first.
//
// Comparing with when the version was made, not with now, ends the chain: when both hashes should
// prove valid, neither makes the other SUSPECT again.
std::vector<std::string> SuspectSiblings(const AccountRecord& proven,
                                         const std::vector<AccountRecord>& siblings,
                                         const std::string& actor, absl::Time now,
                                         ChangeSet& changes);

}  // namespace credlink
