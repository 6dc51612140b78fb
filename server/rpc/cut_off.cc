#include "server/rpc/cut_off.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

namespace credlink {

void CutOff::Arm(std::shared_ptr<void> self, absl::Duration timeout) {
  boost::asio::co_spawn(strand_, Watch(std::move(self), timeout), boost::asio::detached);
}

Task<void> CutOff::Watch(std::shared_ptr<void>, absl::Duration timeout) {
  const Signal::End end = co_await released_->Wait(Deadline::In(timeout));
  if (end != Signal::End::kTimePassed) co_return;
  MutexLock lock(mutex_);
  if (context_ != nullptr) context_->TryCancel();
}

void CutOff::Released() {
  {
    MutexLock lock(mutex_);
    context_ = nullptr;
  }
  released_->Raise();
}

}  // namespace credlink
