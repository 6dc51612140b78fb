// Keeps checking every live account, so that a broken credential is known before it is needed.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/accounts/checker.h"
#include "server/accounts/outage_doubts.h"
#include "server/ops/log.h"
#include "server/runtime/clock.h"
#include "server/runtime/executor.h"
#include "server/runtime/task.h"
#include "server/store/account_store.h"

namespace credlink {

struct MonitorOptions {
  int max_concurrent = 16;     // checks under way at once
  double max_per_second = 20;  // checks begun
  absl::Duration probe_timeout = absl::Seconds(10);
  absl::Duration poll = absl::Seconds(5);  // how soon it is noticed that a check is due
};

// What is due is kept in the store, so a restart forgets nothing. Used by one coroutine.
class Monitor {
 public:
  Monitor(AccountStore& store, Checker& checker, OutageDoubts& doubts, Executor& executor,
          const Clock& clock, Log& log, MonitorOptions options = {})
      : store_(store),
        checker_(checker),
        doubts_(doubts),
        executor_(executor),
        clock_(clock),
        log_(log),
        options_(options) {}

  // Checks what is due, a few accounts of each tenant in turn, until nothing is or the rate is used
  // up. Returns after which time to call it again. Ends early when it is cancelled.
  Task<absl::Duration> RunDue();

 private:
  // What an outage left in doubt is due now.
  Task<void> MakeDoubtsDue();
  // Checks that may begin now, at most a batch.
  int Allowance();
  Task<void> CheckBatch(const std::vector<AccountKey>& accounts);
  Task<void> CheckOne(AccountKey key);

  AccountStore& store_;
  Checker& checker_;
  OutageDoubts& doubts_;
  Executor& executor_;
  const Clock& clock_;
  Log& log_;
  const MonitorOptions options_;
  std::string after_tenant_;
  double tokens_ = 0;
  absl::Time filled_ = absl::InfinitePast();
};

}  // namespace credlink
