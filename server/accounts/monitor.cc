#include "server/accounts/monitor.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

constexpr int kPerTenant = 4;
constexpr absl::Duration kRest = absl::Minutes(10);

}  // namespace

Task<absl::Duration> Monitor::RunDue() {
  const Strand strand = co_await boost::asio::this_coro::executor;
  TaskGroup checks(executor_, strand);
  absl::Duration pause = options_.poll;
  for (;;) {
    Signal::End end =
        co_await checks.WaitForFewer(options_.max_concurrent, Deadline::In(options_.poll));
    if (end == Signal::End::kRaised) {
      pause = co_await BeginDue(checks);
      if (pause == absl::ZeroDuration()) continue;
      end = co_await checks.WaitForFewer(1, Deadline::In(pause));
      if (end == Signal::End::kRaised) break;  // none is under way, and nothing is to begin
    }
    if (end == Signal::End::kCancelled) break;
  }
  co_await checks.Finish();
  co_return pause;
}

// What the store does not take now waits for the next time.
Task<void> Monitor::MakeDoubtsDue() {
  while (absl::optional<AccountKey> key = doubts_.Pop()) {
    const absl::Status due = co_await store_.PostponeCheck(*key, DueFirst(clock_.Now()));
    if (due.ok()) continue;
    doubts_.PutBack(*std::move(key));
    co_return;
  }
}

Task<absl::Duration> Monitor::BeginDue(TaskGroup& checks) {
  co_await notices_.TellOfEnd();
  co_await MakeDoubtsDue();
  FillTokens();
  if (tokens_ < 1) {
    // The last bit of a token may be no time at all.
    co_return std::max(absl::Milliseconds(1),
                       absl::Seconds((1 - tokens_) / options_.max_per_second));
  }
  const int allowance =
      std::min(static_cast<int>(tokens_), options_.max_concurrent - checks.running());
  // As of before the store is asked: what ends meanwhile is not due any more. Until it ends, it is.
  const std::set<Key> busy = Busy();
  DueQuery query;
  query.after_tenant = after_tenant_;
  query.now = clock_.Now();
  query.per_tenant = kPerTenant + static_cast<int>(busy.size());
  query.limit = allowance + static_cast<int>(busy.size());
  absl::StatusOr<DueAccounts> due = co_await store_.ListDue(std::move(query));
  if (!due.ok()) co_return options_.poll;
  Begin(checks, *std::move(due), busy, allowance);
  if (!after_tenant_.empty()) co_return absl::ZeroDuration();
  // And once more round all tenants, unless there was nothing in this round.
  const bool found = std::exchange(found_, false);
  if (found) co_return absl::ZeroDuration();
  co_return options_.poll;
}

void Monitor::Begin(TaskGroup& checks, DueAccounts due, const std::set<Key>& busy, int allowance) {
  after_tenant_ = std::move(due.last_tenant);
  std::string tenant;
  int of_tenant = 0;
  for (AccountKey& key : due.accounts) {
    if (busy.count(Key(key.tenant, key.account_id)) > 0) continue;
    if (allowance == 0) {
      after_tenant_ = tenant;
      return;
    }
    if (key.tenant != tenant) of_tenant = 0;
    tenant = key.tenant;
    if (++of_tenant > kPerTenant) continue;
    --allowance;
    tokens_ -= 1;
    found_ = true;
    {
      MutexLock lock(mutex_);
      under_way_.emplace(key.tenant, key.account_id);
    }
    checks.Start(CheckOne(std::move(key)));
  }
}

void Monitor::FillTokens() {
  const absl::Time now = clock_.Now();
  const double most = std::max(1.0, options_.max_per_second);
  if (now > filled_) {
    const double gained =
        absl::ToDoubleSeconds(std::min(now - filled_, absl::Hours(1))) * options_.max_per_second;
    tokens_ = std::min(most, tokens_ + gained);
  }
  filled_ = now;
}

std::set<Monitor::Key> Monitor::Busy() {
  MutexLock lock(mutex_);
  std::set<Key> busy = under_way_;
  for (auto rest = resting_.begin(); rest != resting_.end();) {
    const auto next = std::next(rest);
    if (rest->second <= clock_.Now()) {
      resting_.erase(rest);
    } else {
      busy.insert(rest->first);
    }
    rest = next;
  }
  return busy;
}

Task<void> Monitor::CheckOne(AccountKey key) {
  const auto ended = absl::MakeCleanup([this, &key] {
    MutexLock lock(mutex_);
    under_way_.erase(Key(key.tenant, key.account_id));
  });
  const absl::Status status = co_await checker_.CheckDue(key, Deadline::In(options_.check_timeout));
  const absl::optional<v1::ErrorReason> reason = ReasonOf(status);
  // Suspended or deleted meanwhile, or the server stops: nobody's trouble.
  if (status.ok() || absl::IsFailedPrecondition(status) || absl::IsNotFound(status) ||
      absl::IsCancelled(status)) {
    co_return;
  }
  {
    MutexLock lock(mutex_);
    resting_[Key(key.tenant, key.account_id)] = clock_.Now() + kRest;
  }
  log_.Warning("an account could not be checked",
               {{"tenant", key.tenant},
                {"account_id", key.account_id},
                {"reason", reason ? ReasonName(*reason) : "none"}});
}

}  // namespace credlink
