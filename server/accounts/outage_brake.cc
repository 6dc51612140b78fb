#include "server/accounts/outage_brake.h"

#include <algorithm>
#include <vector>

namespace credlink {

bool OutageBrake::Record(const v1::Account& account, v1::Verdict::Outcome outcome, absl::Time now) {
  MutexLock lock(mutex_);
  if (Counts(account, outcome)) {
    Put(account.account_number(), outcome != v1::Verdict::OUTCOME_VALID, now);
    Forget(now);
    if (!engaged_ && EnoughFail()) Begin(now);
    if (engaged_ && EnoughWork(now)) End();
  }
  return ExcusesNow(outcome, now);
}

bool OutageBrake::Excuses(v1::Verdict::Outcome outcome, absl::Time now) {
  MutexLock lock(mutex_);
  return ExcusesNow(outcome, now);
}

bool OutageBrake::ExcusesNow(v1::Verdict::Outcome outcome, absl::Time now) const {
  return engaged_ && !(outcome == v1::Verdict::OUTCOME_INVALID && TooLong(now));
}

bool OutageBrake::Engaged() {
  MutexLock lock(mutex_);
  return engaged_;
}

void OutageBrake::Resume(absl::Time since, absl::Time now) {
  MutexLock lock(mutex_);
  if (engaged_ && now - since >= options_.longest) return;
  since_ = engaged_ && !TooLong(now) ? std::min(since_, since) : since;
  engaged_ = true;
}

bool OutageBrake::TooLong(absl::Time now) const { return now - since_ >= options_.longest; }

// What is known to be UNHEALTHY says nothing about LastPass when it fails. Nor does, outside an
// outage, what could not be told before either: it is tried again often, and a few companies with
// trouble of their own would look like many.
bool OutageBrake::Counts(const v1::Account& account, v1::Verdict::Outcome outcome) const {
  if (outcome == v1::Verdict::OUTCOME_VALID) return true;
  if (account.health() == v1::Account::HEALTH_UNHEALTHY) return false;
  return engaged_ || outcome == v1::Verdict::OUTCOME_INVALID || account.consecutive_failures() == 0;
}

bool OutageBrake::EnoughFail() const {
  if (failing_ < options_.min_failing) return false;
  if (failing_ >= options_.begin_share * static_cast<double>(checks_.size())) return true;
  auto last = in_order_.rbegin();
  for (int i = 0; i < options_.min_failing; ++i, ++last) {
    if (!checks_.at(last->second).failed) return false;
  }
  return true;
}

// After `longest`, those that are refused are UNHEALTHY and do not count: it is over when none is
// left that cannot be told, even where fewer than min_working work.
bool OutageBrake::EnoughWork(absl::Time now) const {
  const int all = static_cast<int>(checks_.size());
  if (TooLong(now) && all > 0 && failing_ == 0) return true;
  return all - failing_ >= options_.min_working && failing_ < options_.end_share * all;
}

// What worked before it says nothing about how it is now, nor does what failed long before.
void OutageBrake::Begin(absl::Time now) {
  engaged_ = true;
  since_ = now;
  std::vector<std::string> before;
  int failing = 0;
  for (auto last = in_order_.rbegin(); last != in_order_.rend(); ++last) {
    const bool is_part = checks_.at(last->second).failed && ++failing <= options_.min_failing;
    if (!is_part) before.push_back(last->second);
  }
  for (const std::string& account_number : before) Remove(account_number);
}

void OutageBrake::End() {
  engaged_ = false;
  failing_ = 0;
  checks_.clear();
  in_order_.clear();
}

void OutageBrake::Put(const std::string& account_number, bool failed, absl::Time now) {
  Remove(account_number);
  in_order_.emplace(++next_number_, account_number);
  checks_.emplace(account_number, Check{next_number_, now, failed});
  failing_ += failed ? 1 : 0;
}

void OutageBrake::Remove(const std::string& account_number) {
  const auto check = checks_.find(account_number);
  if (check == checks_.end()) return;
  failing_ -= check->second.failed ? 1 : 0;
  in_order_.erase(check->second.number);
  checks_.erase(check);
}

// An outage is not over because nobody was checked for long.
void OutageBrake::Forget(absl::Time now) {
  const bool by_age = !engaged_ || TooLong(now);
  const auto most = static_cast<size_t>(options_.most_companies);
  while (!in_order_.empty()) {
    const std::string oldest = in_order_.begin()->second;
    const bool too_old = by_age && checks_.at(oldest).time < now - window_;
    if (checks_.size() <= most && !too_old) return;
    Remove(oldest);
  }
}

}  // namespace credlink
