// Streaming what changes.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "credlink/v1/link_service.pb.h"
#include "server/accounts/event_feed.h"
#include "server/accounts/watch_sink.h"
#include "server/runtime/task.h"
#include "server/secrets/key_ring.h"
#include "server/store/account_store.h"

namespace credlink {

struct WatcherOptions {
  // So long without events, and a progress mark goes out.
  absl::Duration idle = absl::Seconds(30);
};

// Thread-safe; what it is made of must outlive it.
class Watcher {
 public:
  Watcher(AccountStore& store, const KeyRing& keys, EventFeed& feed, WatcherOptions options = {})
      : store_(store), keys_(keys), feed_(feed), options_(options) {}

  // See LinkService.WatchAccounts. Goes on until something ends it, so it never answers OK.
  Task<absl::Status> Watch(v1::WatchAccountsRequest request, WatchSink& sink);

 private:
  // The sequence of the event that the watch begins behind.
  Task<absl::StatusOr<int64_t>> FindBeginning(std::string tenant, std::string resume_token);

  AccountStore& store_;
  const KeyRing& keys_;
  EventFeed& feed_;
  const WatcherOptions options_;
};

}  // namespace credlink
