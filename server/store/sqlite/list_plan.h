// How a list walks an index: from what is asked for to SQL. Pure, so that tests can ask SQLite to
// explain each.
#pragma once

#include <string>
#include <vector>

#include "server/store/account_list.h"
#include "server/store/sqlite/statement.h"

namespace credlink::sqlite {

// One index drives a list: its first columns are equal to what is asked for, the next are the order
// of the list, so nothing is sorted, and a page begins right behind the last.
struct ListPlan {
  // Columns of a page's rows.
  enum Column { kRowId, kState, kChecksum, kMessage, kAccountId, kTime, kLabel };

  std::string from;   // with the index
  std::string where;  // with a ? for each of `values`
  std::string order;
  std::string time_column;
  std::vector<Value> values;
  AccountFilter residual;     // what the index does not answer
  bool skip_deleted = false;  // the index also has deleted accounts, which are not meant

  // The rows behind query.after, in order. Its last parameter, behind `values`, is a limit.
  std::string PageSql() const;
  // How many rows there are, less the deleted ones that are not meant. `residual` is not applied.
  std::string CountSql() const;
};

ListPlan PlanList(const ListQuery& query);

}  // namespace credlink::sqlite
