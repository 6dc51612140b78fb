// The SQL of what is due: checks and purges.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/store/account_store.h"
#include "server/store/sqlite/connection.h"

namespace credlink::sqlite {

class ScheduleQueries {
 public:
  explicit ScheduleQueries(Connection& connection);

  absl::StatusOr<DueAccounts> ListDue(const DueQuery& query);
  absl::StatusOr<std::vector<AccountKey>> ListPurgeable(absl::Time now, int limit);

 private:
  absl::Status AddDueOf(const std::string& tenant, const DueQuery& query, DueAccounts& answer);

  Statement next_tenant_;
  Statement due_;
  Statement purgeable_;
};

}  // namespace credlink::sqlite
