// What a store of accounts can do. One conformance suite, tests/conformance/account_store_suite.h,
// runs over every implementation.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "credlink/v1/account.pb.h"
#include "server/runtime/task.h"

namespace credlink {

// The first answer to a request_id, kept so that the same request gets it again.
struct RequestRecord {
  std::string request_id;
  std::string digest;    // keyed hash of the request's content
  std::string response;  // the serialised response message
  absl::Time expire_time;
};

// One account to be stored, whole.
struct NewAccount {
  std::string tenant;
  std::string account_id;
  v1::Account account;
  std::string sealed_credential;  // version account.credential().version() of its credential
  absl::optional<RequestRecord> request;
  absl::Time now;  // request records that expired before it do not count
};

// What became of an insert. Only kCreated has changed the store.
struct InsertOutcome {
  enum Kind {
    kCreated,
    kRequestSeen,     // the request_id is on record; `request` is what it got then
    kAlreadyLinked,   // `existing_account_id` is live for the same owner, provider and account
                      // number
    kAccountIdTaken,  // the tenant has, or had, an account of this id
  };
  Kind kind = kCreated;
  absl::optional<RequestRecord> request;
  std::string existing_account_id;
};

// Names a live account by what must be unique, and a request.
struct LinkQuery {
  std::string tenant;
  std::string account_id;  // empty: none chosen
  std::string owner_id;
  std::string provider;
  std::string account_number;
  std::string request_id;  // empty: none
  absl::Time now;
};

// Which accounts to list. Empty strings do not restrict.
struct ListQuery {
  std::string tenant;
  std::string owner_id;
  std::string provider;
  std::string account_number;
  int64_t after = 0;     // continue behind the account at this position
  int limit = 0;         // at most so many, > 0
  size_t max_bytes = 0;  // stop before the accounts are larger than this together, but give at
                         // least one; 0: no limit
};

// Part of a list, oldest first. Deleted accounts are left out.
struct AccountPage {
  std::vector<std::string> accounts;  // serialised credlink.v1.Account
  int64_t next = 0;                   // `after` of the next page; 0 when there is none
};

// Whether the page must end before an account with which its accounts would be `bytes` together.
inline bool IsFull(const ListQuery& query, const AccountPage& page, size_t bytes) {
  return page.accounts.size() == static_cast<size_t>(query.limit) ||
         (query.max_bytes > 0 && bytes > query.max_bytes && !page.accounts.empty());
}

// Thread-safe. Every method may fail with STORE_UNAVAILABLE; then nothing was changed, or, for a
// write whose commit failed, it may or may not be there after a restart, and its request_id tells.
class AccountStore {
 public:
  virtual ~AccountStore() = default;

  // Stores the account, its credential and its request record in one transaction. Answers only
  // after all are on disk. Of several inserts that exclude each other exactly one is kCreated. The
  // checks go in the order of InsertOutcome::Kind.
  virtual Task<absl::StatusOr<InsertOutcome>> InsertAccount(NewAccount account) = 0;

  // What InsertAccount would answer now, without writing: kCreated means that nothing is in the
  // way.
  virtual Task<absl::StatusOr<InsertOutcome>> CheckInsert(LinkQuery query) = 0;

  // The serialised credlink.v1.Account; nullopt when there is none.
  virtual Task<absl::StatusOr<absl::optional<std::string>>> GetAccount(std::string tenant,
                                                                       std::string account_id) = 0;

  virtual Task<absl::StatusOr<AccountPage>> ListAccounts(ListQuery query) = 0;

  // The account's sealed credential of that version; nullopt when there is none.
  virtual Task<absl::StatusOr<absl::optional<std::string>>> GetSealedCredential(
      std::string tenant, std::string account_id, int64_t version) = 0;
};

}  // namespace credlink
