// What inserting an account means, in whatever transaction the caller began.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "server/store/account_store.h"
#include "server/store/sqlite/queries.h"

namespace credlink::sqlite {

// NewAccount as the tables have it.
struct NewRows {
  explicit NewRows(NewAccount account);

  AccountRow account;
  int64_t credential_version;
  std::string sealed_credential;
  absl::optional<RequestRecord> request;  // none when its id is empty
  absl::Time now;
};

// What is in the way; kCreated when nothing is.
absl::StatusOr<InsertOutcome> FindObstacle(Queries& queries, const LinkQuery& query);

// Writes all rows if nothing is in the way. On an error some may be written: roll back.
absl::StatusOr<InsertOutcome> InsertRows(Queries& queries, const NewRows& rows);

}  // namespace credlink::sqlite
