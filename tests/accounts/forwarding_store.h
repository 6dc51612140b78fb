// Passes everything on to a store. For tests that change or count some of it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "server/store/account_store.h"

namespace credlink {

class ForwardingStore : public AccountStore {
 public:
  explicit ForwardingStore(AccountStore& store) : store_(store) {}

  Task<absl::StatusOr<EventPage>> ListEvents(std::string tenant, int64_t after, int limit,
                                             size_t max_bytes) override {
    return store_.ListEvents(std::move(tenant), after, limit, max_bytes);
  }
  Task<absl::StatusOr<ChangeOutcome>> Apply(ChangeSet changes) override {
    return store_.Apply(std::move(changes));
  }
  Task<absl::Status> AwaitErased() override { return store_.AwaitErased(); }
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
  Task<absl::StatusOr<std::vector<TenantOutage>>> ListOutages() override {
    return store_.ListOutages();
  }
  Task<absl::StatusOr<int64_t>> CompactEvents(absl::Time before, int limit) override {
    return store_.CompactEvents(before, limit);
  }
  Task<absl::StatusOr<int64_t>> ForgetRequests(absl::Time now, int limit) override {
    return store_.ForgetRequests(now, limit);
  }

 private:
  AccountStore& store_;
};

}  // namespace credlink
