// Accounts that were called UNHEALTHY just before an outage was noticed.
#pragma once

#include <deque>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "server/runtime/mutex.h"
#include "server/store/account_store.h"

namespace credlink {

// The first checks that fail in an outage are taken at their word. When it is over they are worth
// another check, long before the schedule has one. Kept in memory: after a restart the schedule
// puts them right.
//
// Thread-safe.
class OutageDoubts {
 public:
  // How long before an outage was noticed it may have begun; as long as the brake's window.
  explicit OutageDoubts(absl::Duration window) : window_(window) {}

  // A check made the account UNHEALTHY, and no outage was known.
  void Add(AccountKey key, absl::Time now);

  // Whether there is an outage, as it is known now. Returns whom to check again: when an outage
  // has just ended, those that were added shortly before it, once; else nobody.
  std::vector<AccountKey> Take(bool outage, absl::Time now);

 private:
  const absl::Duration window_;
  Mutex mutex_;
  std::deque<std::pair<absl::Time, AccountKey>> recent_ ABSL_GUARDED_BY(mutex_);
  std::vector<AccountKey> doubtful_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace credlink
