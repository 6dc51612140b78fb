// Passes everything on to a store, and counts how often events were read.
#pragma once

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "server/store/account_store.h"

namespace credlink {

class CountingStore final : public AccountStore {
 public:
  explicit CountingStore(AccountStore& store) : store_(store) {}

  // Readings of events; those that only ask where a tenant stands do not count.
  int readings() const { return readings_; }
  // Events that they found.
  int64_t events_read() const { return events_read_; }

  Task<absl::StatusOr<EventPage>> ListEvents(std::string tenant, int64_t after, int limit,
                                             size_t max_bytes) override {
    if (limit > 0) ++readings_;
    absl::StatusOr<EventPage> page =
        co_await store_.ListEvents(std::move(tenant), after, limit, max_bytes);
    if (page.ok()) events_read_ += static_cast<int64_t>(page->events.size());
    co_return page;
  }

  Task<absl::StatusOr<ChangeOutcome>> Apply(ChangeSet changes) override {
    return store_.Apply(std::move(changes));
  }
  Task<absl::StatusOr<ChangeOutcome>> CheckInsert(LinkQuery query) override {
    return store_.CheckInsert(std::move(query));
  }
  Task<absl::StatusOr<absl::optional<RequestRecord>>> FindRequest(std::string tenant,
                                                                  std::string request_id,
                                                                  absl::Time now) override {
    return store_.FindRequest(std::move(tenant), std::move(request_id), now);
  }
  Task<absl::StatusOr<absl::optional<AccountRecord>>> GetAccount(std::string tenant,
                                                                 std::string account_id) override {
    return store_.GetAccount(std::move(tenant), std::move(account_id));
  }
  Task<absl::StatusOr<std::vector<AccountRecord>>> ListSiblings(SiblingQuery query) override {
    return store_.ListSiblings(std::move(query));
  }
  Task<absl::Status> PostponeCheck(AccountKey key, absl::Time due) override {
    return store_.PostponeCheck(std::move(key), due);
  }
  Task<absl::StatusOr<AccountPage>> ListAccounts(ListQuery query) override {
    return store_.ListAccounts(std::move(query));
  }
  Task<absl::StatusOr<AccountCount>> CountAccounts(ListQuery query) override {
    return store_.CountAccounts(std::move(query));
  }
  Task<absl::StatusOr<absl::optional<std::string>>> GetSealedCredential(std::string tenant,
                                                                        std::string account_id,
                                                                        int64_t version) override {
    return store_.GetSealedCredential(std::move(tenant), std::move(account_id), version);
  }
  Task<absl::StatusOr<DueAccounts>> ListDue(DueQuery query) override {
    return store_.ListDue(std::move(query));
  }
  Task<absl::StatusOr<std::vector<AccountKey>>> ListPurgeable(absl::Time now, int limit) override {
    return store_.ListPurgeable(now, limit);
  }
  Task<absl::StatusOr<int64_t>> CompactEvents(absl::Time before, int limit) override {
    return store_.CompactEvents(before, limit);
  }

 private:
  AccountStore& store_;
  std::atomic<int> readings_{0};
  std::atomic<int64_t> events_read_{0};
};

}  // namespace credlink
