// Lists of accounts, as list_plan.h has them.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "server/store/account_list.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/list_plan.h"

namespace credlink::sqlite {

class ListQueries {
 public:
  // Statements are prepared when first used.
  explicit ListQueries(Connection& connection) : db_(connection.handle()) {}

  absl::StatusOr<AccountPage> List(const ListQuery& query);
  absl::StatusOr<AccountCount> Count(const ListQuery& query);

 private:
  absl::StatusOr<Statement*> StatementFor(const std::string& sql);
  absl::StatusOr<AccountCount> CountByWalking(const ListQuery& query, const ListPlan& plan);

  sqlite3* db_;
  std::map<std::string, Statement> statements_;  // by their SQL, of which there are some dozens
};

}  // namespace credlink::sqlite
