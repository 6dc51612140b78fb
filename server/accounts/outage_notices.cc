#include "server/accounts/outage_notices.h"

#include <utility>
#include <vector>

#include "server/accounts/account_factory.h"
#include "server/accounts/caller.h"

namespace credlink {
namespace {

// One transaction each, while no check begins.
constexpr int kMostToldAtOnce = 100;

v1::Event MakeNotice(v1::Event::Type type, absl::Time now) {
  v1::Event event;
  event.set_type(type);
  event.set_actor(kServerActor);
  *event.mutable_time() = ToProto(now);
  return event;
}

}  // namespace

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
  const bool outage = brake_.Engaged();
  if (outage && !failed) return absl::nullopt;
  {
    MutexLock lock(mutex_);
    if (outage == (told_.count(tenant) > 0)) return absl::nullopt;
  }
  return MakeNotice(
      outage ? v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN : v1::Event::TYPE_UPSTREAM_OUTAGE_ENDED, now);
}

void OutageNotices::Told(const std::string& tenant, v1::Event::Type type) {
  MutexLock lock(mutex_);
  if (type == v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN) {
    told_.insert(tenant);
  } else {
    told_.erase(tenant);
  }
}

Task<void> OutageNotices::TellOfEnd() {
  for (int i = 0; i < kMostToldAtOnce; ++i) {
    if (brake_.Engaged()) co_return;
    const absl::optional<std::string> tenant = WhoDoesNotKnow();
    if (!tenant) co_return;
    const Mutation mutation = OwnMutation(AccountName{*tenant, ""});
    ChangeSet changes;
    changes.tenant = *tenant;
    changes.events.push_back(MakeNotice(v1::Event::TYPE_UPSTREAM_OUTAGE_ENDED, clock_.Now()));
    const absl::StatusOr<absl::optional<Ledger::Committed>> committed =
        co_await ledger_.Commit(mutation, std::move(changes), "");
    if (!committed.ok()) co_return;
    Told(*tenant, v1::Event::TYPE_UPSTREAM_OUTAGE_ENDED);
  }
}

absl::optional<std::string> OutageNotices::WhoDoesNotKnow() {
  MutexLock lock(mutex_);
  if (told_.empty()) return absl::nullopt;
  return *told_.begin();
}

}  // namespace credlink
