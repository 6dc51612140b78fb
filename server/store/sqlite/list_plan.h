// How a list walks an index: from what is asked for to SQL. Pure, so that tests can ask SQLite to
// explain each.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
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
  bool joins = false;         // the index is one of annotations

  // The rows behind query.after, in order. The last parameter, behind `values`, is a limit.
  std::string PageSql() const;
  // The same without checksums and messages.
  std::string RowsSql() const;
  // How many rows there are, in the index alone.
  std::string CountSql() const;
  // Whether that is how many are meant.
  bool IsCountedByIndex() const;

 private:
  std::string Select(absl::string_view checksum_and_message) const;
};

ListPlan PlanList(const ListQuery& query);

// For counting all that the query means, in whatever order.
ListPlan PlanCount(const ListQuery& query);

}  // namespace credlink::sqlite
