#include "server/accounts/outage_brake.h"

namespace credlink {

bool OutageBrake::Record(const std::string& account_number, v1::Verdict::Outcome outcome,
                         absl::Time now) {
  MutexLock lock(mutex_);
  Check& check = checks_.try_emplace(account_number, Check{now, false}).first->second;
  failing_ -= check.failed ? 1 : 0;
  check.time = now;
  check.failed = outcome != v1::Verdict::OUTCOME_VALID;
  failing_ += check.failed ? 1 : 0;
  by_time_.emplace(now, account_number);
  return EngagedLocked(now);
}

bool OutageBrake::Engaged(absl::Time now) {
  MutexLock lock(mutex_);
  return EngagedLocked(now);
}

bool OutageBrake::EngagedLocked(absl::Time now) {
  Forget(now - options_.window);
  return failing_ >= options_.min_failing &&
         failing_ >= options_.min_share * static_cast<double>(checks_.size());
}

// A company that was checked again since has a later time than its older entries.
void OutageBrake::Forget(absl::Time before) {
  while (!by_time_.empty() && by_time_.begin()->first < before) {
    const auto check = checks_.find(by_time_.begin()->second);
    if (check != checks_.end() && check->second.time < before) {
      failing_ -= check->second.failed ? 1 : 0;
      checks_.erase(check);
    }
    by_time_.erase(by_time_.begin());
  }
}

}  // namespace credlink
