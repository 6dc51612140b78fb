#include "server/accounts/outage_brake.h"

namespace credlink {

bool OutageBrake::Record(const std::string& account_number, v1::Verdict::Outcome outcome,
                         absl::Time now) {
  MutexLock lock(mutex_);
  Put(account_number, outcome != v1::Verdict::OUTCOME_VALID, now);
  Forget(now);
  const bool share = failing_ >= options_.min_share * static_cast<double>(checks_.size());
  if (!engaged_ && share && failing_ >= options_.min_failing) Begin(now);
  if (engaged_ && !share) End();
  return engaged_ && !TooLong(now);
}

bool OutageBrake::Engaged(absl::Time now) {
  MutexLock lock(mutex_);
  return engaged_ && !TooLong(now);
}

bool OutageBrake::TooLong(absl::Time now) const { return now - since_ >= options_.longest; }

// What worked before it says nothing about how it is now.
void OutageBrake::Begin(absl::Time now) {
  engaged_ = true;
  since_ = now;
  for (auto check = checks_.begin(); check != checks_.end();) {
    const auto next = std::next(check);
    if (!check->second.failed) Remove(check->first);
    check = next;
  }
}

void OutageBrake::End() {
  engaged_ = false;
  failing_ = 0;
  checks_.clear();
  by_time_.clear();
}

void OutageBrake::Put(const std::string& account_number, bool failed, absl::Time now) {
  Remove(account_number);
  checks_.emplace(account_number, Check{by_time_.emplace(now, account_number), failed});
  failing_ += failed ? 1 : 0;
}

void OutageBrake::Remove(const std::string& account_number) {
  const auto check = checks_.find(account_number);
  if (check == checks_.end()) return;
  failing_ -= check->second.failed ? 1 : 0;
  by_time_.erase(check->second.place);
  checks_.erase(check);
}

// While there is an outage, checks are rare: accounts that fail are checked ever less.
void OutageBrake::Forget(absl::Time now) {
  if (engaged_ && !TooLong(now)) return;
  const auto most = static_cast<size_t>(options_.most_companies);
  while (checks_.size() > most ||
         (!by_time_.empty() && by_time_.begin()->first < now - options_.window)) {
    const std::string oldest = by_time_.begin()->second;
    Remove(oldest);
  }
}

}  // namespace credlink
