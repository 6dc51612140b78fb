// Who waits for which tenant's events.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/accounts/shared_batches.h"
#include "server/runtime/deadline.h"
#include "server/runtime/mutex.h"
#include "server/runtime/signal.h"
#include "server/runtime/task.h"

namespace credlink {

// Thread-safe. Outlives everything that watches.
class EventFeed {
 public:
  class Watch;

  // The more watch a tenant, the longer each pauses between two batches: events then go out several
  // at a time, and all take the same batches. Up to 25 watchers there is no pause.
  struct Options {
    absl::Duration pause_per_watcher = absl::Microseconds(200);
    absl::Duration max_pause = absl::Milliseconds(500);
    int max_watchers = std::numeric_limits<int>::max();  // of one tenant
  };

  EventFeed() : EventFeed(Options()) {}
  explicit EventFeed(const Options& options) : options_(options) {}

  // After every commit that wrote events of the tenant's. Cheap when nobody watches it.
  void Announce(const std::string& tenant);

  // From now on every watch ends with SERVER_STOPPING. For the beginning of a drain.
  void Close();
  bool closed() const;

  // A new watcher of the tenant, for a coroutine on that strand; null when it has as many as it
  // may.
  std::unique_ptr<Watch> Join(std::string tenant, const Strand& strand);

 private:
  struct Topic {
    uint64_t version = 0;  // how often the tenant was announced
    int watchers = 0;
    absl::flat_hash_set<std::shared_ptr<Signal>> waiting;
    std::shared_ptr<SharedBatches> batches = std::make_shared<SharedBatches>();
  };
  enum class Arming { kArmed, kBeyond, kClosed };

  void Leave(Watch& watch);
  uint64_t VersionOf(const Topic& topic) const;
  Arming Arm(Topic& topic, const std::shared_ptr<Signal>& signal, uint64_t version);
  void Disarm(Topic& topic, const std::shared_ptr<Signal>& signal);
  absl::Duration PauseOf(const Topic& topic) const;

  const Options options_;
  mutable Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  // Only of tenants that are watched. What is in a Topic is guarded by mutex_, but for `batches`.
  std::map<std::string, std::unique_ptr<Topic>> topics_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::shared_ptr<Signal>> signals_ ABSL_GUARDED_BY(mutex_);
};

// One watcher's place. Used on its strand. Its waits end with SERVER_STOPPING when the feed is
// closed, with CANCELLED when the call is cancelled.
class EventFeed::Watch {
 public:
  ~Watch() { feed_.Leave(*this); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Counts the tenant's announcements. Whoever asks before reading the store, and waits for more
  // than that, misses no event.
  uint64_t version() const { return feed_.VersionOf(topic_); }

  // Until there were more announcements than `version`: true; false when the time was there first.
  Task<absl::StatusOr<bool>> WaitBeyond(uint64_t version, Deadline until);

  // What comes between two batches: a pause when many watch.
  Task<absl::Status> Pause();

  // Shares the readings of all the tenant's watchers.
  SharedBatches& batches() { return *topic_.batches; }

 private:
  friend class EventFeed;
  Watch(EventFeed& feed, std::string tenant, Topic& topic, const Strand& strand)
      : feed_(feed), tenant_(std::move(tenant)), topic_(topic), signal_(Signal::Create(strand)) {}

  EventFeed& feed_;
  const std::string tenant_;
  Topic& topic_;
  const std::shared_ptr<Signal> signal_;
};

}  // namespace credlink
