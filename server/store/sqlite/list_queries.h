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
  explicit ListQueries(Connection& connection);

  absl::StatusOr<AccountPage> List(const ListQuery& query);
  absl::StatusOr<AccountCount> Count(const ListQuery& query);

 private:
  // `one_by_one`: reads each message by itself, so that one whose pages are damaged is damaged
  // alone.
  absl::StatusOr<AccountPage> Walk(const ListQuery& query, bool one_by_one);
  absl::StatusOr<AccountCount> CountByWalking(const ListQuery& query, const ListPlan& plan,
                                              bool one_by_one);
  absl::StatusOr<Statement*> StatementFor(const std::string& sql);

  sqlite3* db_;
  Statement find_message_;
  // By their SQL, of which there are some dozens; prepared when first used.
  std::map<std::string, Statement> statements_;
};

}  // namespace credlink::sqlite
