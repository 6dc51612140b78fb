// Accounts to put into a store.
#pragma once

#include <string>
#include <vector>

#include "server/store/account_store.h"

namespace credlink {

// The time of every test.
inline const absl::Time kNow = absl::FromUnixSeconds(1800000000);

// An account to link, with its first credential.
struct NewAccount {
  std::string tenant;
  std::string account_id;
  v1::Account account;
  std::string sealed_credential;
  std::string credential_tag = "tag";
  absl::Time check_due = kNow + absl::Hours(1);
  absl::optional<RequestRecord> request;
  absl::Time now;
};

// An active account with those identifiers; label and such are filled in, so that messages differ.
NewAccount MakeAccount(const std::string& tenant, const std::string& account_id,
                       const std::string& owner_id, const std::string& provider,
                       const std::string& account_number);

// The same for tests that care about the ids only.
NewAccount MakeAccount(const std::string& tenant, const std::string& account_id);

// The change set that links it.
ChangeSet InsertionOf(const NewAccount& account);

// The change set that makes one change in a tenant.
ChangeSet ChangeOf(const std::string& tenant, AccountChange::Kind kind, AccountRecord record);

RequestRecord MakeRequest(const std::string& request_id, const std::string& response);

// The query that asks what inserting the account would answer.
LinkQuery QueryOf(const NewAccount& account);

// The query for a page of a tenant's accounts.
ListQuery PageOf(const std::string& tenant, int limit, AccountFilter filter = {});

// Filters.
AccountFilter Equals(Comparison::Field field, const std::string& text);
AccountFilter Compare(Comparison::Field field, Comparison::Operator op, int64_t number);
AccountFilter Annotated(const std::string& key, const std::string& value);
AccountFilter AllOf(std::vector<AccountFilter> parts);
AccountFilter AnyOf(std::vector<AccountFilter> parts);
AccountFilter Not(AccountFilter part);

}  // namespace credlink
