// What time does: deleted accounts are purged when their time is over, old events and the answers
// to old requests forgotten.
#pragma once

#include "absl/time/time.h"
#include "server/accounts/purger.h"
#include "server/ops/log.h"
#include "server/runtime/clock.h"
#include "server/runtime/task.h"
#include "server/store/account_store.h"

namespace credlink {

struct JanitorOptions {
  absl::Duration keep_events = absl::Hours(24 * 7);
  absl::Duration period = absl::Minutes(1);
};

// Used by one coroutine; what it is made of must outlive it.
class Janitor {
 public:
  Janitor(AccountStore& store, Purger& purger, const Clock& clock, Log& log,
          JanitorOptions options = {})
      : store_(store), purger_(purger), clock_(clock), log_(log), options_(options) {}

  // Does what is due. Returns after which time to call it again. Ends early when it is cancelled.
  Task<absl::Duration> RunDue();

 private:
  // Whether there may be more of it.
  Task<bool> PurgeSome();
  Task<bool> CompactSome();
  Task<bool> ForgetSome();

  AccountStore& store_;
  Purger& purger_;
  const Clock& clock_;
  Log& log_;
  const JanitorOptions options_;
};

}  // namespace credlink
