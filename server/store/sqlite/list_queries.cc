#include "server/store/sqlite/list_queries.h"

#include <utility>

#include "server/store/sqlite/account_row.h"
#include "server/store/sqlite/sqlite_error.h"

namespace credlink::sqlite {
namespace {

bool IsHidden(const ListPlan& plan, const Cursor& row) {
  return plan.skip_deleted && row.Integer(ListPlan::kState) == v1::Account::STATE_DELETED;
}

// Tells which rows of a walk are meant.
class RowReader {
 public:
  // `find` finds the messages; null when the walk's rows have them.
  RowReader(const ListQuery& query, const ListPlan& plan, Statement* find)
      : query_(query), plan_(plan), find_(find) {}

  // The row's message as a list shows it; nullopt when the row is not meant. What the index
  // answered alone is copied without reading it. Of what is damaged nobody can tell whether it
  // fits a filter.
  absl::optional<std::string> Read(const Cursor& row) {
    if (IsHidden(plan_, row)) return absl::nullopt;
    const bool answered = plan_.residual.kind == AccountFilter::kEverything;
    const absl::optional<absl::string_view> message = MessageOf(row);
    if (!message) {
      if (!answered) return absl::nullopt;
      return DamagedMessage(query_.tenant, row.View(ListPlan::kAccountId),
                            row.Integer(ListPlan::kState));
    }
    if (answered || IsMeant(*message)) return std::string(*message);
    return absl::nullopt;
  }

  // Of finding messages; damage aside.
  const absl::Status& status() const { return status_; }

 private:
  // nullopt when it is damaged. Valid until the next one.
  absl::optional<absl::string_view> MessageOf(const Cursor& row) {
    absl::optional<absl::string_view> message;
    if (find_ == nullptr) {
      message = row.View(ListPlan::kMessage);
      if (ChecksumOf(*message) != row.Integer(ListPlan::kChecksum)) message.reset();
      return message;
    }
    Cursor found = find_->Start(row.Integer(ListPlan::kRowId));
    if (found.Next()) {
      found_ = found.Bytes(1);
      if (ChecksumOf(found_) == found.Integer(0)) message = found_;
    }
    const bool damaged = SeverityOf(found.status()) == Severity::kDamaged;
    if (!found.status().ok() && !damaged) status_.Update(found.status());
    return message;
  }

  bool IsMeant(absl::string_view message) {
    return account_.ParseFromArray(message.data(), static_cast<int>(message.size())) &&
           Matches(plan_.residual, account_);
  }

  const ListQuery& query_;
  const ListPlan& plan_;
  Statement* const find_;
  std::string found_;
  absl::Status status_;
  v1::Account account_;
};

ListPosition PositionOf(const ListQuery& query, const Cursor& row) {
  ListPosition position;
  if (query.order.key == ListOrder::kLabel) position.label = row.Bytes(ListPlan::kLabel);
  position.time_us = row.Integer(ListPlan::kTime);
  position.row = row.Integer(ListPlan::kRowId);
  return position;
}

// A plan's values and the limit behind them: one more than is looked at tells whether there is
// more.
std::vector<Value> WithLimit(std::vector<Value> values, int64_t steps) {
  values.emplace_back(steps + 1);
  return values;
}

}  // namespace

ListQueries::ListQueries(Connection& connection)
    : db_(connection.handle()),
      find_message_(
          connection.Prepare("SELECT checksum, message FROM accounts WHERE row_id = ?1")) {}

absl::StatusOr<AccountPage> ListQueries::List(const ListQuery& query) {
  absl::StatusOr<AccountPage> page = Walk(query, /*one_by_one=*/false);
  // One message whose pages are damaged ends the walk that reads it.
  if (SeverityOf(page.status()) == Severity::kDamaged) page = Walk(query, /*one_by_one=*/true);
  return page;
}

absl::StatusOr<AccountPage> ListQueries::Walk(const ListQuery& query, bool one_by_one) {
  const ListPlan plan = PlanList(query);
  absl::StatusOr<Statement*> statement = StatementFor(one_by_one ? plan.RowsSql() : plan.PageSql());
  if (!statement.ok()) return statement.status();
  AccountPage page;
  absl::optional<ListPosition> last;
  size_t bytes = 0;
  int steps = 0;
  RowReader reader(query, plan, one_by_one ? &find_message_ : nullptr);
  const std::vector<Value> values = WithLimit(plan.values, query.max_steps);
  Cursor cursor = (*statement)->StartWith(values);
  while (cursor.Next()) {
    absl::optional<std::string> message = reader.Read(cursor);
    if (message) bytes += message->size();
    if (steps++ == query.max_steps || (message && IsFull(query, page, bytes))) {
      page.next = std::move(last);
      break;
    }
    last = PositionOf(query, cursor);
    if (message) page.accounts.push_back(*std::move(message));
  }
  if (!cursor.status().ok()) return cursor.status();
  if (!reader.status().ok()) return reader.status();
  return page;
}

absl::StatusOr<AccountCount> ListQueries::Count(const ListQuery& query) {
  const ListPlan plan = PlanCount(query);
  if (!plan.IsCountedByIndex()) {
    absl::StatusOr<AccountCount> count = CountByWalking(query, plan, /*one_by_one=*/false);
    if (SeverityOf(count.status()) == Severity::kDamaged) {
      count = CountByWalking(query, plan, /*one_by_one=*/true);
    }
    return count;
  }
  absl::StatusOr<Statement*> statement = StatementFor(plan.CountSql());
  if (!statement.ok()) return statement.status();
  AccountCount count;
  Cursor cursor = (*statement)->StartWith(plan.values);
  if (cursor.Next()) count.total = cursor.Integer(0);
  if (!cursor.status().ok()) return cursor.status();
  return count;
}

absl::StatusOr<AccountCount> ListQueries::CountByWalking(const ListQuery& query,
                                                         const ListPlan& plan, bool one_by_one) {
  const bool answered = plan.residual.kind == AccountFilter::kEverything;
  absl::StatusOr<Statement*> statement =
      StatementFor(answered || one_by_one ? plan.RowsSql() : plan.PageSql());
  if (!statement.ok()) return statement.status();
  const int64_t most = int64_t{10} * query.max_steps;
  int64_t steps = 0;
  AccountCount count;
  RowReader reader(query, plan, one_by_one ? &find_message_ : nullptr);
  const std::vector<Value> values = WithLimit(plan.values, most);
  Cursor cursor = (*statement)->StartWith(values);
  while (cursor.Next()) {
    count.more = steps++ == most;
    if (count.more) break;
    const bool meant = answered ? !IsHidden(plan, cursor) : reader.Read(cursor).has_value();
    if (meant) ++count.total;
  }
  if (!cursor.status().ok()) return cursor.status();
  if (!reader.status().ok()) return reader.status();
  return count;
}

absl::StatusOr<Statement*> ListQueries::StatementFor(const std::string& sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return &found->second;
  absl::StatusOr<Statement> statement = Statement::Prepare(db_, sql);
  if (!statement.ok()) return statement.status();
  return &statements_.emplace(sql, *std::move(statement)).first->second;
}

}  // namespace credlink::sqlite
