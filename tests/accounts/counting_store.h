// Counts how often events were read.
#pragma once

#include <atomic>
#include <string>
#include <utility>

#include "tests/accounts/forwarding_store.h"

namespace credlink {

class CountingStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  // Readings of events; those that only ask where a tenant stands do not count.
  int readings() const { return readings_; }
  // Events that they found.
  int64_t events_read() const { return events_read_; }

  Task<absl::StatusOr<EventPage>> ListEvents(std::string tenant, int64_t after, int limit,
                                             size_t max_bytes) override {
    if (limit > 0) ++readings_;
    absl::StatusOr<EventPage> page =
        co_await ForwardingStore::ListEvents(std::move(tenant), after, limit, max_bytes);
    if (page.ok()) events_read_ += static_cast<int64_t>(page->events.size());
    co_return page;
  }

 private:
  std::atomic<int> readings_{0};
  std::atomic<int64_t> events_read_{0};
};

}  // namespace credlink
