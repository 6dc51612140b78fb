// Tells tenants that an outage of LastPass began, and that it ended.
#pragma once

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "credlink/v1/event.pb.h"
#include "server/accounts/ledger.h"
#include "server/accounts/outage_brake.h"
#include "server/runtime/clock.h"
#include "server/runtime/mutex.h"
#include "server/runtime/task.h"
#include "server/store/account_store.h"

namespace credlink {

// Each tenant is told with one of its own checks, or of the end when it has none soon. Who was told
// is on record in the store, which takes each event once; what is kept here spares it the rest.
// Thread-safe; what it is made of must outlive it.
class OutageNotices {
 public:
  OutageNotices(AccountStore& store, Ledger& ledger, OutageBrake& brake, const Clock& clock)
      : store_(store), ledger_(ledger), brake_(brake), clock_(clock) {}

  // Takes up what the store knows of an outage before a restart. Before the first check.
  Task<absl::Status> Recall();

  // The event that the end of a check adds to what is written of it: that an outage began, when the
  // check failed, or that it is over. nullopt when the tenant knows.
  absl::optional<v1::Event> After(const std::string& tenant, bool failed, absl::Time now);

  // That event was committed.
  void Told(const std::string& tenant, v1::Event::Type type);

  // Once the outage is over: tells some of those who do not know yet, for the next check of who was
  // checked last during the outage may be hours away. To be called again and again; what the store
  // does not take waits for the next time.
  Task<void> TellOfEnd();

 private:
  absl::optional<std::string> WhoDoesNotKnow();

  AccountStore& store_;
  Ledger& ledger_;
  OutageBrake& brake_;
  const Clock& clock_;
  Mutex mutex_;
  std::set<std::string> told_ ABSL_GUARDED_BY(mutex_);  // of a begin, and not of its end
};

}  // namespace credlink
