// Part of a tenant's events as it goes out to watchers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/runtime/task.h"
#include "server/secrets/key_ring.h"
#include "server/store/account_store.h"

namespace credlink {

struct EventBatch {
  int64_t after = 0;      // the events follow this one
  int64_t end = 0;        // up to this one; `after` when there are none
  bool complete = false;  // there were no more
  uint64_t version = 0;   // EventFeed::Watch::version() from before they were read
  std::shared_ptr<const std::string>
      response;  // a serialised WatchAccountsResponse; null: no events
};

using BatchResult = absl::StatusOr<std::shared_ptr<const EventBatch>>;

// Reads the events behind `after`: at most 100, about 64 KiB. EVENTS_COMPACTED when some of them
// are no longer kept, or never were.
Task<BatchResult> ReadBatch(AccountStore& store, const KeyRing& keys, std::string tenant,
                            int64_t after, uint64_t version);

// A serialised WatchAccountsResponse without events: where a watch stands.
std::shared_ptr<const std::string> MakeProgressMark(const KeyRing& keys, const std::string& tenant,
                                                    int64_t sequence);

}  // namespace credlink
