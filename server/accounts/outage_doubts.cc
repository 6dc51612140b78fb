#include "server/accounts/outage_doubts.h"

namespace credlink {

void OutageDoubts::Add(AccountKey key, absl::Time now) {
  MutexLock lock(mutex_);
  Forget(now);
  recent_.emplace_back(now, std::move(key));
}

void OutageDoubts::Observe(absl::Time now) {
  MutexLock lock(mutex_);
  Forget(now);
  if (brake_.Engaged()) {
    for (auto& [time, key] : recent_) doubtful_.push_back(std::move(key));
    recent_.clear();
  } else {
    for (AccountKey& key : doubtful_) worth_check_.push_back(std::move(key));
    doubtful_.clear();
  }
}

absl::optional<AccountKey> OutageDoubts::Pop() {
  MutexLock lock(mutex_);
  if (worth_check_.empty()) return absl::nullopt;
  AccountKey key = std::move(worth_check_.back());
  worth_check_.pop_back();
  return key;
}

void OutageDoubts::PutBack(AccountKey key) {
  MutexLock lock(mutex_);
  worth_check_.push_back(std::move(key));
}

void OutageDoubts::Forget(absl::Time now) {
  while (!recent_.empty() && recent_.front().first < now - window_) recent_.pop_front();
}

}  // namespace credlink
