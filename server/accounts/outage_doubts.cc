#include "server/accounts/outage_doubts.h"

namespace credlink {

void OutageDoubts::Add(AccountKey key, absl::Time now) {
  MutexLock lock(mutex_);
  recent_.emplace_back(now, std::move(key));
}

std::vector<AccountKey> OutageDoubts::Take(bool outage, absl::Time now) {
  MutexLock lock(mutex_);
  while (!recent_.empty() && recent_.front().first < now - window_) recent_.pop_front();
  if (!outage) return std::exchange(doubtful_, {});
  for (auto& [time, key] : recent_) doubtful_.push_back(std::move(key));
  recent_.clear();
  return {};
}

}  // namespace credlink
