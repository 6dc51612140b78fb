#include "server/accounts/event_feed.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/faults/faults.h"

namespace credlink {
namespace {

// A pause below this costs more than it saves.
constexpr absl::Duration kLeastPause = absl::Milliseconds(5);

// The next multiple of `pause`. So all who watch a tenant go on at the same time, from the same
// event, with the same batch.
Deadline NextBeat(absl::Duration pause) {
  const absl::Duration now = absl::FromChrono(Deadline::Steady::now().time_since_epoch());
  absl::Duration since_beat;
  absl::IDivDuration(now, pause, &since_beat);
  return Deadline::In(pause - since_beat);
}

}  // namespace

void EventFeed::Announce(const std::string& tenant) {
  absl::flat_hash_set<std::shared_ptr<Signal>> waiting;
  {
    MutexLock lock(mutex_);
    auto found = topics_.find(tenant);
    if (found == topics_.end()) return;
    ++found->second->version;
    waiting.swap(found->second->waiting);
  }
  for (const std::shared_ptr<Signal>& signal : waiting) signal->Raise();
}

void EventFeed::Close() {
  absl::flat_hash_set<std::shared_ptr<Signal>> signals;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    signals = signals_;
  }
  for (const std::shared_ptr<Signal>& signal : signals) signal->Raise();
}

bool EventFeed::closed() const {
  MutexLock lock(mutex_);
  return closed_;
}

std::unique_ptr<EventFeed::Watch> EventFeed::Join(std::string tenant, const Strand& strand) {
  MutexLock lock(mutex_);
  std::unique_ptr<Topic>& topic = topics_[tenant];
  if (topic == nullptr) topic = std::make_unique<Topic>();
  if (topic->watchers >= options_.max_watchers) return nullptr;
  std::unique_ptr<Watch> watch(new Watch(*this, std::move(tenant), *topic, strand));
  ++topic->watchers;
  signals_.insert(watch->signal_);
  return watch;
}

void EventFeed::Leave(Watch& watch) {
  MutexLock lock(mutex_);
  signals_.erase(watch.signal_);
  watch.topic_.waiting.erase(watch.signal_);
  if (--watch.topic_.watchers == 0) topics_.erase(watch.tenant_);
}

uint64_t EventFeed::VersionOf(const Topic& topic) const {
  MutexLock lock(mutex_);
  return topic.version;
}

EventFeed::Arming EventFeed::Arm(Topic& topic, const std::shared_ptr<Signal>& signal,
                                 uint64_t version) {
  MutexLock lock(mutex_);
  if (closed_) return Arming::kClosed;
  if (topic.version > version) return Arming::kBeyond;
  topic.waiting.insert(signal);
  return Arming::kArmed;
}

void EventFeed::Disarm(Topic& topic, const std::shared_ptr<Signal>& signal) {
  MutexLock lock(mutex_);
  topic.waiting.erase(signal);
}

absl::Duration EventFeed::PauseOf(const Topic& topic) const {
  MutexLock lock(mutex_);
  const absl::Duration pause =
      std::min(topic.watchers * options_.pause_per_watcher, options_.max_pause);
  return pause > kLeastPause ? pause : absl::ZeroDuration();
}

Task<absl::StatusOr<bool>> EventFeed::Watch::WaitBeyond(uint64_t version, Deadline until) {
  for (;;) {
    const Arming arming = feed_.Arm(topic_, signal_, version);
    if (arming == Arming::kClosed) co_return Fault(v1::ERROR_REASON_SERVER_STOPPING);
    if (arming == Arming::kBeyond) co_return true;
    const Signal::End end = co_await signal_->Wait(until);
    feed_.Disarm(topic_, signal_);
    if (end == Signal::End::kCancelled) co_return Fault(v1::ERROR_REASON_CANCELLED);
    if (end == Signal::End::kTimePassed) co_return false;
    // Raised, perhaps for what was seen before.
  }
}

Task<absl::Status> EventFeed::Watch::Pause() {
  const absl::Duration pause = feed_.PauseOf(topic_);
  const Deadline until = NextBeat(std::max(pause, absl::Nanoseconds(1)));
  for (;;) {
    if (feed_.closed()) co_return Fault(v1::ERROR_REASON_SERVER_STOPPING);
    if (pause == absl::ZeroDuration()) co_return absl::OkStatus();
    const Signal::End end = co_await signal_->Wait(until);
    if (end == Signal::End::kCancelled) co_return Fault(v1::ERROR_REASON_CANCELLED);
    if (end == Signal::End::kTimePassed) co_return absl::OkStatus();
  }
}

}  // namespace credlink
