#include "tests/simulator/state.h"

namespace credlink::simulator {

void State::SetFault(const std::string& cid, absl::optional<Fault> fault) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (fault) {
    faults_[cid] = *std::move(fault);
  } else {
    faults_.erase(cid);
  }
}

Fault State::TakeFault(const std::string& cid) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = faults_.find(cid);
  if (found == faults_.end()) found = faults_.find("");
  if (found == faults_.end()) return Fault();
  Fault fault = found->second;
  if (fault.only_next > 0 && --found->second.only_next == 0) faults_.erase(found);
  return fault;
}

void State::Count(absl::FunctionRef<void(Stats&)> change) {
  std::lock_guard<std::mutex> lock(mutex_);
  change(stats_);
  changed_.notify_all();
}

Stats State::stats() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return stats_;
}

bool State::WaitFor(absl::FunctionRef<bool(const Stats&)> done, absl::Duration timeout) const {
  std::unique_lock<std::mutex> lock(mutex_);
  return changed_.wait_for(lock, absl::ToChronoNanoseconds(timeout), [&] { return done(stats_); });
}

}  // namespace credlink::simulator
