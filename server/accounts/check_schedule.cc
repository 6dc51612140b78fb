#include "server/accounts/check_schedule.h"

#include <algorithm>

namespace credlink {

absl::Duration CheckSchedule::PauseAfter(const v1::Account& account) const {
  const int failures = account.consecutive_failures();
  if (failures == 0) return options_.interval;
  const int doublings = std::min(failures - 1, 20);
  if (account.health() == v1::Account::HEALTH_UNHEALTHY) {
    return options_.interval * std::min(1 << doublings, options_.most_intervals);
  }
  const bool outage = account.last_check_reason().code() == v1::ERROR_REASON_UPSTREAM_OUTAGE;
  const absl::Duration most =
      outage ? std::min(options_.retry_in_outage, options_.interval) : options_.interval;
  return std::min(options_.first_retry * (1 << doublings), most);
}

absl::Duration CheckSchedule::Spread(absl::Duration pause) {
  MutexLock lock(mutex_);
  std::uniform_real_distribution<double> factor(1 - options_.jitter, 1 + options_.jitter);
  return pause * factor(random_);
}

absl::Time CheckSchedule::Next(const v1::Account& account, absl::Time now,
                               absl::optional<absl::Duration> asked) {
  const absl::Duration least = std::min(asked.value_or(absl::ZeroDuration()), options_.interval);
  return now + std::max(Spread(PauseAfter(account)), least);
}

absl::Time CheckSchedule::AfterRefusal(absl::Time now) { return now + Spread(options_.interval); }

}  // namespace credlink
