// Accounts to put into a store.
#pragma once

#include <string>

#include "server/store/account_store.h"

namespace credlink {

// The time of every test.
inline const absl::Time kNow = absl::FromUnixSeconds(1800000000);

// An active account with those identifiers; label and such are filled in, so that messages differ.
NewAccount MakeAccount(const std::string& tenant, const std::string& account_id,
                       const std::string& owner_id, const std::string& provider,
                       const std::string& account_number);

// The same for tests that care about the ids only.
NewAccount MakeAccount(const std::string& tenant, const std::string& account_id);

RequestRecord MakeRequest(const std::string& request_id, const std::string& response);

// The query that asks what inserting the account would answer.
LinkQuery QueryOf(const NewAccount& account);

// The query for a page of all of a tenant's accounts.
ListQuery PageOf(const std::string& tenant, int limit, int64_t after = 0);

}  // namespace credlink
