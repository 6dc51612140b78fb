#include "server/accounts/janitor.h"

#include <boost/asio/this_coro.hpp>
#include <utility>
#include <vector>

#include "server/faults/faults.h"

namespace credlink {
namespace {

constexpr int kPurgesAtOnce = 100;
// In one transaction, which others wait for.
constexpr int kEventsAtOnce = 1000;
constexpr int kRequestsAtOnce = 1000;

}  // namespace

Task<absl::Duration> Janitor::RunDue() {
  bool more = true;
  while (more) {
    const auto cancelled = co_await boost::asio::this_coro::cancellation_state;
    if (cancelled.cancelled() != boost::asio::cancellation_type::none) break;
    const bool more_purges = co_await PurgeSome();
    const bool more_events = co_await CompactSome();
    const bool more_requests = co_await ForgetSome();
    more = more_purges || more_events || more_requests;
  }
  co_return options_.period;
}

Task<bool> Janitor::PurgeSome() {
  const absl::StatusOr<std::vector<AccountKey>> due =
      co_await store_.ListPurgeable(clock_.Now(), kPurgesAtOnce);
  if (!due.ok()) co_return false;
  int purged = 0;
  for (const AccountKey& key : *due) {
    const absl::Status status = co_await purger_.PurgeDue(key);
    if (status.ok()) {
      ++purged;
      continue;
    }
    if (absl::IsCancelled(status)) co_return false;
    // Brought back, deleted again or purged meanwhile: nobody's trouble.
    if (absl::IsFailedPrecondition(status) || absl::IsNotFound(status) || absl::IsAborted(status)) {
      continue;
    }
    const absl::optional<v1::ErrorReason> reason = ReasonOf(status);
    log_.Warning("a deleted account could not be purged",
                 {{"tenant", key.tenant},
                  {"account_id", key.account_id},
                  {"reason", reason ? ReasonName(*reason) : "none"}});
    if (absl::IsUnavailable(status)) co_return false;  // the next one would only fail as well
  }
  // A full round of failures would only fail again.
  co_return purged > 0 && due->size() == kPurgesAtOnce;
}

Task<bool> Janitor::CompactSome() {
  const absl::StatusOr<int64_t> forgotten =
      co_await store_.CompactEvents(clock_.Now() - options_.keep_events, kEventsAtOnce);
  co_return forgotten.ok() && *forgotten >= kEventsAtOnce;
}

Task<bool> Janitor::ForgetSome() {
  const absl::StatusOr<int64_t> forgotten =
      co_await store_.ForgetRequests(clock_.Now(), kRequestsAtOnce);
  co_return forgotten.ok() && *forgotten >= kRequestsAtOnce;
}

}  // namespace credlink
