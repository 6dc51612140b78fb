// What a store of accounts can do. One conformance suite, tests/conformance/account_store_suite.h,
// runs over every implementation.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "server/runtime/task.h"
#include "server/store/account_changes.h"
#include "server/store/account_list.h"

namespace credlink {

// Names an account by what must be unique.
struct LinkQuery {
  std::string tenant;
  std::string account_id;  // empty: none chosen
  std::string owner_id;
  std::string provider;
  std::string account_number;
};

// Accounts of one company that hold another secret.
struct SiblingQuery {
  std::string tenant;
  std::string provider;
  std::string account_number;
  std::string other_than_tag;  // a credential_tag
  int limit = 0;
  bool only_working = false;  // those that are ACTIVE and not UNHEALTHY
};

// Accounts whose check is due, fair between tenants: a few of each, in the order of tenants.
struct DueQuery {
  std::string after_tenant;  // go on behind this tenant; empty: from the first
  absl::Time now;
  int per_tenant = 1;      // at most so many of each tenant, longest due first
  int limit = 1;           // at most so many in all
  int max_tenants = 1000;  // look at so many tenants at most
};

struct AccountKey {
  std::string tenant;
  std::string account_id;
};

struct DueAccounts {
  std::vector<AccountKey> accounts;
  std::string last_tenant;  // go on behind it; empty: all tenants have been looked at
};

// Part of a tenant's events, in the order of the commits.
struct EventPage {
  // Serialised credlink.v1.Event without sequence and resume_token; the first has the sequence
  // `after` + 1, each next one more.
  std::vector<std::string> events;
  int64_t last = 0;       // the sequence of the tenant's newest event; 0 when it had none
  int64_t compacted = 0;  // events up to this one are no longer kept
};

// A tenant whose events tell of an outage that began, and not of its end.
struct TenantOutage {
  std::string tenant;
  absl::Time since;  // the event's time
};

// Thread-safe. Every method may fail with STORE_UNAVAILABLE; then nothing was changed, or, for a
// write whose commit failed, it may or may not be there after a restart, and its request_id tells.
// With INTEGRITY_FAILURE when what it would read or replace is damaged; the rest can be used.
class AccountStore {
 public:
  virtual ~AccountStore() = default;

  // Makes all the changes in one transaction, or none. Answers only after they are on disk. Of
  // several that exclude each other exactly one is kApplied. The checks go in the order of
  // ChangeOutcome::Kind.
  virtual Task<absl::StatusOr<ChangeOutcome>> Apply(ChangeSet changes) = 0;

  // Answers when no file of the store holds the bytes any more of what was erased before. Fails
  // when somebody who reads the files keeps that from happening in time: then it happens later.
  virtual Task<absl::Status> AwaitErased() = 0;

  // What stands in the way of inserting such an account now, without writing: kAlreadyLinked,
  // kAccountIdTaken, or kApplied when nothing does.
  virtual Task<absl::StatusOr<ChangeOutcome>> CheckInsert(LinkQuery query) = 0;

  // The record of that request, unless it expired before `now`.
  virtual Task<absl::StatusOr<absl::optional<RequestRecord>>> FindRequest(std::string tenant,
                                                                          std::string request_id,
                                                                          absl::Time now) = 0;

  // nullopt when there is none. INTEGRITY_FAILURE when it is damaged.
  virtual Task<absl::StatusOr<absl::optional<AccountRecord>>> GetAccount(
      std::string tenant, std::string account_id) = 0;

  // The tenant's accounts with that number and another credential_tag that are not deleted, at most
  // `limit`. Damaged ones are left out.
  virtual Task<absl::StatusOr<std::vector<AccountRecord>>> ListSiblings(SiblingQuery query) = 0;

  virtual Task<absl::StatusOr<AccountPage>> ListAccounts(ListQuery query) = 0;

  // How many accounts a list has on all pages: `after`, `limit` and `max_bytes` do not count. Where
  // an index does not know it, stops after looking at 10 times max_steps accounts.
  virtual Task<absl::StatusOr<AccountCount>> CountAccounts(ListQuery query) = 0;

  // The account's sealed credential of that version; nullopt when there is none.
  virtual Task<absl::StatusOr<absl::optional<std::string>>> GetSealedCredential(
      std::string tenant, std::string account_id, int64_t version) = 0;

  // ACTIVE accounts whose check_due is not after `now`.
  virtual Task<absl::StatusOr<DueAccounts>> ListDue(DueQuery query) = 0;

  // Makes the account's check due then, whatever else became of it; nothing when it is not there.
  virtual Task<absl::Status> PostponeCheck(AccountKey key, absl::Time due) = 0;

  // DELETED accounts whose purge_time is not after `now`, longest due first, at most `limit`.
  virtual Task<absl::StatusOr<std::vector<AccountKey>>> ListPurgeable(absl::Time now,
                                                                      int limit) = 0;

  // At most `limit` events, and about `max_bytes` together but at least one, of those behind
  // `after`. limit 0: only where the tenant stands.
  virtual Task<absl::StatusOr<EventPage>> ListEvents(std::string tenant, int64_t after, int limit,
                                                     size_t max_bytes) = 0;

  // In any order. Compacted events count as well.
  virtual Task<absl::StatusOr<std::vector<TenantOutage>>> ListOutages() = 0;

  // Forgets events older than `before`, at most `limit`. Answers how many.
  virtual Task<absl::StatusOr<int64_t>> CompactEvents(absl::Time before, int limit) = 0;

  // Forgets requests that expired before `now`, at most `limit`. Answers how many.
  virtual Task<absl::StatusOr<int64_t>> ForgetRequests(absl::Time now, int limit) = 0;
};

}  // namespace credlink
