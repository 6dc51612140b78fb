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
  return std::min(options_.first_retry * (1 << doublings), options_.interval);
}

absl::Time CheckSchedule::Next(const v1::Account& account, absl::Time now) {
  MutexLock lock(mutex_);
  std::uniform_real_distribution<double> factor(1 - options_.jitter, 1 + options_.jitter);
  return now + PauseAfter(account) * factor(random_);
}

}  // namespace credlink
