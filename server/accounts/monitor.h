// Keeps checking every live account, so that a broken credential is known before it is needed.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "server/accounts/checker.h"
#include "server/accounts/outage_doubts.h"
#include "server/accounts/outage_notices.h"
#include "server/ops/log.h"
#include "server/runtime/clock.h"
#include "server/runtime/executor.h"
#include "server/runtime/mutex.h"
#include "server/runtime/task.h"
#include "server/runtime/task_group.h"
#include "server/store/account_store.h"

namespace credlink {

struct MonitorOptions {
  int max_concurrent = 16;                           // checks under way at once
  double max_per_second = 20;                        // checks begun
  absl::Duration check_timeout = absl::Seconds(30);  // more than the provider may take; what has
                                                     // not had its turn by then is postponed
  absl::Duration poll = absl::Seconds(5);            // how soon it is noticed that a check is due
};

// What is due is kept in the store, so a restart forgets nothing. Used by one coroutine.
class Monitor {
 public:
  Monitor(AccountStore& store, Checker& checker, OutageDoubts& doubts, OutageNotices& notices,
          Executor& executor, const Clock& clock, Log& log, MonitorOptions options = {})
      : store_(store),
        checker_(checker),
        doubts_(doubts),
        notices_(notices),
        executor_(executor),
        clock_(clock),
        log_(log),
        options_(options) {}

  // Checks what is due, a few accounts of each tenant in turn, until nothing is or the rate is used
  // up, and every check has ended; while one takes its time, others go on. Returns after which time
  // to call it again. Ends early when it is cancelled.
  Task<absl::Duration> RunDue();

 private:
  using Key = std::pair<std::string, std::string>;  // tenant, account_id

  // What an outage left in doubt is due now.
  Task<void> MakeDoubtsDue();
  // Begins what is due and may begin. Returns how long there is nothing more to begin; zero when
  // there may be.
  Task<absl::Duration> BeginDue(TaskGroup& checks);
  // Begins at most `allowance` of them.
  void Begin(TaskGroup& checks, DueAccounts due, const std::set<Key>& busy, int allowance);
  Task<void> CheckOne(AccountKey key);
  void FillTokens();
  // Those that are not to be begun now: under way, or at rest.
  std::set<Key> Busy();

  AccountStore& store_;
  Checker& checker_;
  OutageDoubts& doubts_;
  OutageNotices& notices_;
  Executor& executor_;
  const Clock& clock_;
  Log& log_;
  const MonitorOptions options_;
  // Where the round over the tenants stands, and whether it has found anything.
  std::string after_tenant_;
  bool found_ = false;
  // A token bucket that holds one second's worth, at least one.
  double tokens_ = 0;
  absl::Time filled_ = absl::InfinitePast();
  Mutex mutex_;
  std::set<Key> under_way_ ABSL_GUARDED_BY(mutex_);
  // Until when those rest whose check could not be recorded: where the store cannot take a later
  // time for it either, it would be due again at once.
  std::map<Key, absl::Time> resting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace credlink
