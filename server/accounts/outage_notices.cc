#include "server/accounts/outage_notices.h"

#include <vector>

#include "server/accounts/account_factory.h"
#include "server/accounts/caller.h"

namespace credlink {

Task<absl::Status> OutageNotices::Recall() {
  const absl::StatusOr<std::vector<TenantOutage>> outages = co_await store_.ListOutages();
  if (!outages.ok()) co_return outages.status();
  const absl::Time now = clock_.Now();
  for (const TenantOutage& outage : *outages) {
    brake_.Resume(outage.since, now);
    MutexLock lock(mutex_);
    told_.insert(outage.tenant);
  }
  co_return absl::OkStatus();
}

// Asks the brake anew: what it said when the check ended may be over by now.
absl::optional<v1::Event> OutageNotices::After(const std::string& tenant, bool failed,
                                               absl::Time now) {
  const bool outage = brake_.Engaged(now);
  if (outage && !failed) return absl::nullopt;
  {
    MutexLock lock(mutex_);
    if (outage == (told_.count(tenant) > 0)) return absl::nullopt;
  }
  v1::Event event;
  event.set_type(outage ? v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN
                        : v1::Event::TYPE_UPSTREAM_OUTAGE_ENDED);
  event.set_actor(kServerActor);
  *event.mutable_time() = ToProto(now);
  return event;
}

void OutageNotices::Told(const std::string& tenant, v1::Event::Type type) {
  MutexLock lock(mutex_);
  if (type == v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN) {
    told_.insert(tenant);
  } else {
    told_.erase(tenant);
  }
}

}  // namespace credlink
