// Passes everything on to a store, and lets another call overtake where a test wants it.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "server/store/account_store.h"

namespace credlink {

// Used by one coroutine at a time.
class OvertakingStore final : public AccountStore {
 public:
  using Other = std::function<Task<void>()>;

  explicit OvertakingStore(AccountStore& store) : store_(store) {}

  // Each runs once: when the next request_id has been looked up, before the next changes, and
  // before the next sealed credential is read.
  void AfterNextLookup(Other other) { after_lookup_ = std::move(other); }
  void BeforeNextApply(Other other) { before_apply_ = std::move(other); }
  void BeforeNextSealed(Other other) { before_sealed_ = std::move(other); }

  Task<absl::StatusOr<absl::optional<RequestRecord>>> FindRequest(std::string tenant,
                                                                  std::string request_id,
                                                                  absl::Time now) override {
    absl::StatusOr<absl::optional<RequestRecord>> record =
        co_await store_.FindRequest(std::move(tenant), std::move(request_id), now);
    Other other = std::exchange(after_lookup_, nullptr);
    co_await Run(std::move(other));
    co_return record;
  }
  Task<absl::StatusOr<ChangeOutcome>> Apply(ChangeSet changes) override {
    Other other = std::exchange(before_apply_, nullptr);
    co_await Run(std::move(other));
    absl::StatusOr<ChangeOutcome> outcome = co_await store_.Apply(std::move(changes));
    co_return outcome;
  }

  Task<absl::StatusOr<ChangeOutcome>> CheckInsert(LinkQuery query) override {
    return store_.CheckInsert(std::move(query));
  }
  Task<absl::StatusOr<absl::optional<AccountRecord>>> GetAccount(std::string tenant,
                                                                 std::string account_id) override {
    return store_.GetAccount(std::move(tenant), std::move(account_id));
  }
  Task<absl::StatusOr<std::vector<AccountRecord>>> ListSiblings(SiblingQuery query) override {
    return store_.ListSiblings(std::move(query));
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
    Other other = std::exchange(before_sealed_, nullptr);
    co_await Run(std::move(other));
    absl::StatusOr<absl::optional<std::string>> sealed =
        co_await store_.GetSealedCredential(std::move(tenant), std::move(account_id), version);
    co_return sealed;
  }
  Task<absl::StatusOr<DueAccounts>> ListDue(DueQuery query) override {
    return store_.ListDue(std::move(query));
  }
  Task<absl::Status> PostponeCheck(AccountKey key, absl::Time due) override {
    return store_.PostponeCheck(std::move(key), due);
  }
  Task<absl::StatusOr<std::vector<AccountKey>>> ListPurgeable(absl::Time now, int limit) override {
    return store_.ListPurgeable(now, limit);
  }
  Task<absl::StatusOr<EventPage>> ListEvents(std::string tenant, int64_t after, int limit,
                                             size_t max_bytes) override {
    return store_.ListEvents(std::move(tenant), after, limit, max_bytes);
  }
  Task<absl::StatusOr<int64_t>> CompactEvents(absl::Time before, int limit) override {
    return store_.CompactEvents(before, limit);
  }

 private:
  static Task<void> Run(Other other) {
    if (!other) co_return;
    Task<void> task = other();
    co_await std::move(task);
  }

  AccountStore& store_;
  Other after_lookup_;
  Other before_apply_;
  Other before_sealed_;
};

}  // namespace credlink
