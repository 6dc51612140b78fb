// Every use case over one store, put together.
#pragma once

#include <functional>

#include "server/accounts/account_reader.h"
#include "server/accounts/check_schedule.h"
#include "server/accounts/checker.h"
#include "server/accounts/credential_vault.h"
#include "server/accounts/event_feed.h"
#include "server/accounts/janitor.h"
#include "server/accounts/ledger.h"
#include "server/accounts/lifecycle.h"
#include "server/accounts/linker.h"
#include "server/accounts/monitor.h"
#include "server/accounts/outage_brake.h"
#include "server/accounts/outage_doubts.h"
#include "server/accounts/outage_notices.h"
#include "server/accounts/providers.h"
#include "server/accounts/purger.h"
#include "server/accounts/rotator.h"
#include "server/accounts/watcher.h"

namespace credlink {

// What the use cases stand on. The parts outlive them.
struct AccountFoundations {
  const Providers& providers;
  AccountStore& store;
  KeyRing& keys;
  Executor& executor;
  const Clock& clock;
  Log& log;
};

struct AccountOptions {
  LifecycleOptions lifecycle{};
  RotatorOptions rotator{};
  CheckScheduleOptions schedule{};
  OutageBrakeOptions brake{};
  MonitorOptions monitor{};
  JanitorOptions janitor{};
  EventFeed::Options feed{};
  WatcherOptions watcher{};
  std::function<void()> on_check_due = [] {};  // see Ledger
};

// Before the first check, notices.Recall() takes up an outage from before a restart. The monitor
// and the janitor do nothing until somebody calls their RunDue().
struct AccountServices {
  AccountServices(const AccountFoundations& on, const AccountOptions& options)
      : feed(options.feed),
        schedule(options.schedule),
        brake(options.schedule.longest_pause(), options.brake),
        doubts(brake, options.schedule.longest_pause()),
        vault(on.store, on.keys),
        ledger(on.store, feed, on.clock, on.log, options.on_check_due),
        notices(on.store, ledger, brake, on.clock),
        linker(on.providers, on.store, ledger, vault, on.keys, schedule, on.clock, on.log),
        reader(on.store, on.keys),
        lifecycle(ledger, on.keys, options.lifecycle),
        rotator(on.providers, on.store, ledger, vault, on.keys, schedule, on.log, options.rotator),
        checker(on.providers, on.store, ledger, vault, on.keys, schedule, brake, doubts, notices,
                on.log),
        purger(on.store, ledger, on.keys, on.log),
        watcher(on.store, on.keys, feed, options.watcher),
        monitor(on.store, checker, doubts, notices, on.executor, on.clock, on.log, options.monitor),
        janitor(on.store, purger, on.clock, on.log, options.janitor) {}

  EventFeed feed;
  CheckSchedule schedule;
  OutageBrake brake;
  OutageDoubts doubts;
  CredentialVault vault;
  Ledger ledger;
  OutageNotices notices;
  Linker linker;
  AccountReader reader;
  Lifecycle lifecycle;
  Rotator rotator;
  Checker checker;
  Purger purger;
  Watcher watcher;
  Monitor monitor;
  Janitor janitor;
};

}  // namespace credlink
