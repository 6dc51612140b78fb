#include "server/accounts/monitor.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <utility>
#include <vector>

#include "server/faults/faults.h"
#include "server/runtime/run_all.h"

namespace credlink {
namespace {

// A batch ends with its slowest check, so it is longer than what runs at once.
constexpr int kBatchPerLane = 4;
constexpr int kPerTenant = 4;

}  // namespace

// A token bucket that holds one second's worth, at least one.
int Monitor::Allowance() {
  const absl::Time now = clock_.Now();
  const double most = std::max(1.0, options_.max_per_second);
  if (now > filled_) {
    const double gained =
        absl::ToDoubleSeconds(std::min(now - filled_, absl::Hours(1))) * options_.max_per_second;
    tokens_ = std::min(most, tokens_ + gained);
  }
  filled_ = now;
  return std::min(static_cast<int>(tokens_), kBatchPerLane * options_.max_concurrent);
}

// What the store does not take now waits for the next time.
Task<void> Monitor::MakeDoubtsDue() {
  while (absl::optional<AccountKey> key = doubts_.Pop()) {
    const absl::Status due = co_await store_.PostponeCheck(*key, clock_.Now());
    if (due.ok()) continue;
    doubts_.PutBack(*std::move(key));
    co_return;
  }
}

Task<absl::Duration> Monitor::RunDue() {
  co_await MakeDoubtsDue();
  // Whether there may be more than this round over the tenants finds. One that began in an earlier
  // call may have found some then.
  bool found = !after_tenant_.empty();
  while (true) {
    const auto cancelled = co_await boost::asio::this_coro::cancellation_state;
    if (cancelled.cancelled() != boost::asio::cancellation_type::none) co_return options_.poll;
    const int allowance = Allowance();
    if (allowance == 0) {
      // The last bit of a token may be no time at all.
      co_return std::max(absl::Milliseconds(1),
                         absl::Seconds((1 - tokens_) / options_.max_per_second));
    }
    DueQuery query;
    query.after_tenant = after_tenant_;
    query.now = clock_.Now();
    query.per_tenant = kPerTenant;
    query.limit = allowance;
    const absl::StatusOr<DueAccounts> due = co_await store_.ListDue(std::move(query));
    if (!due.ok()) co_return options_.poll;
    after_tenant_ = due->last_tenant;
    found |= !due->accounts.empty();
    tokens_ -= static_cast<double>(due->accounts.size());
    co_await CheckBatch(due->accounts);
    if (!after_tenant_.empty()) continue;
    if (!found) co_return options_.poll;
    found = false;  // and once more round all tenants
  }
}

Task<void> Monitor::CheckBatch(const std::vector<AccountKey>& accounts) {
  std::function<Task<void>(int)> check = [this, &accounts](int i) { return CheckOne(accounts[i]); };
  co_await RunAll(executor_, options_.max_concurrent, static_cast<int>(accounts.size()),
                  std::move(check));
}

Task<void> Monitor::CheckOne(AccountKey key) {
  const absl::Status status = co_await checker_.CheckDue(key, Deadline::In(options_.probe_timeout));
  const absl::optional<v1::ErrorReason> reason = ReasonOf(status);
  // Suspended or deleted meanwhile, or the server stops: nobody's trouble.
  if (status.ok() || absl::IsFailedPrecondition(status) || absl::IsNotFound(status) ||
      absl::IsCancelled(status)) {
    co_return;
  }
  log_.Warning("an account could not be checked",
               {{"tenant", key.tenant},
                {"account_id", key.account_id},
                {"reason", reason ? ReasonName(*reason) : "none"}});
}

}  // namespace credlink
