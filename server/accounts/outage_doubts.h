// Accounts that were called UNHEALTHY just before an outage was noticed.
#pragma once

#include <deque>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "server/accounts/outage_brake.h"
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
  // `window` is how long before an outage was noticed it may have begun; as long as the brake's.
  OutageDoubts(OutageBrake& brake, absl::Duration window) : brake_(brake), window_(window) {}

  // A check made the account UNHEALTHY, and no outage was known.
  void Add(AccountKey key, absl::Time now);

  // Looks whether there is an outage now. When one has begun, those that were added shortly before
  // are doubtful; when it has ended, they are worth a check.
  void Observe(absl::Time now);

  // Takes out one that is worth a check now; nullopt when there is none.
  absl::optional<AccountKey> Pop();
  // Puts back one that was taken out: it could not be checked.
  void PutBack(AccountKey key);

 private:
  void Forget(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  OutageBrake& brake_;
  const absl::Duration window_;
  Mutex mutex_;
  std::deque<std::pair<absl::Time, AccountKey>> recent_ ABSL_GUARDED_BY(mutex_);
  std::vector<AccountKey> doubtful_ ABSL_GUARDED_BY(mutex_);     // during an outage
  std::vector<AccountKey> worth_check_ ABSL_GUARDED_BY(mutex_);  // after it
};

}  // namespace credlink
