// Lets another call overtake where a test wants it.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "tests/accounts/forwarding_store.h"

namespace credlink {

// Used by one coroutine at a time.
class OvertakingStore final : public ForwardingStore {
 public:
  using Other = std::function<Task<void>()>;

  using ForwardingStore::ForwardingStore;

  // Each runs once: when the next request_id has been looked up, when the next account's place has
  // been found free or not, before the next changes, and before the next sealed credential is read.
  void AfterNextLookup(Other other) { after_lookup_ = std::move(other); }
  void AfterNextCheckInsert(Other other) { after_check_insert_ = std::move(other); }
  void BeforeNextApply(Other other) { before_apply_ = std::move(other); }
  void BeforeNextSealed(Other other) { before_sealed_ = std::move(other); }

  Task<absl::StatusOr<absl::optional<RequestRecord>>> FindRequest(std::string tenant,
                                                                  std::string request_id,
                                                                  absl::Time now) override {
    absl::StatusOr<absl::optional<RequestRecord>> record =
        co_await ForwardingStore::FindRequest(std::move(tenant), std::move(request_id), now);
    Other other = std::exchange(after_lookup_, nullptr);
    co_await Run(std::move(other));
    co_return record;
  }
  Task<absl::StatusOr<ChangeOutcome>> CheckInsert(LinkQuery query) override {
    absl::StatusOr<ChangeOutcome> outcome = co_await ForwardingStore::CheckInsert(std::move(query));
    Other other = std::exchange(after_check_insert_, nullptr);
    co_await Run(std::move(other));
    co_return outcome;
  }
  Task<absl::StatusOr<ChangeOutcome>> Apply(ChangeSet changes) override {
    Other other = std::exchange(before_apply_, nullptr);
    co_await Run(std::move(other));
    absl::StatusOr<ChangeOutcome> outcome = co_await ForwardingStore::Apply(std::move(changes));
    co_return outcome;
  }

  Task<absl::StatusOr<absl::optional<std::string>>> GetSealedCredential(std::string tenant,
                                                                        std::string account_id,
                                                                        int64_t version) override {
    Other other = std::exchange(before_sealed_, nullptr);
    co_await Run(std::move(other));
    absl::StatusOr<absl::optional<std::string>> sealed =
        co_await ForwardingStore::GetSealedCredential(std::move(tenant), std::move(account_id),
                                                      version);
    co_return sealed;
  }

 private:
  static Task<void> Run(Other other) {
    if (!other) co_return;
    Task<void> task = other();
    co_await std::move(task);
  }

  Other after_lookup_;
  Other after_check_insert_;
  Other before_apply_;
  Other before_sealed_;
};

}  // namespace credlink
