#include "server/store/sqlite/list_plan.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "server/store/sqlite/list_driver.h"

namespace credlink::sqlite {
namespace {

class Planner {
 public:
  explicit Planner(const ListQuery& query) : query_(query) {
    const bool by_update = query.order.key == ListOrder::kUpdateTime;
    time_field_ = by_update ? Comparison::kUpdateTime : Comparison::kCreateTime;
    plan_.time_column = by_update ? "a.update_time_us" : "a.create_time_us";
    Flatten(query.filter);
  }

  ListPlan Plan() {
    ChooseDriver();
    AddIndex();
    if (query_.order.key == ListOrder::kLabel && driver_ == nullptr) {
      AddLabelRange();
    } else {
      AddTimeRange();
    }
    KeepResidual();
    return std::move(plan_);
  }

 private:
  // The parts of which all must be true.
  void Flatten(const AccountFilter& filter) {
    if (filter.kind == AccountFilter::kAnd) {
      for (const AccountFilter& part : filter.parts) Flatten(part);
    } else if (filter.kind != AccountFilter::kEverything) {
      parts_.push_back(&filter);
    }
  }

  void ChooseDriver() {
    int best = kUseless;
    for (const AccountFilter*& part : parts_) {
      if (part->kind != AccountFilter::kComparison) continue;
      // Only the index of labels also has the order of labels.
      if (query_.order.key == ListOrder::kUpdateTime) continue;
      if (query_.order.key == ListOrder::kLabel && part->comparison.field != Comparison::kLabel) {
        continue;
      }
      const int rank = Rank(part->comparison);
      if (rank >= best) continue;
      best = rank;
      driver_ = part;
    }
    if (driver_ != nullptr) parts_.erase(std::find(parts_.begin(), parts_.end(), driver_));
  }

  void AddIndex() {
    plan_.skip_deleted = !query_.show_deleted;
    if (driver_ == nullptr) {
      AddIndexOfOrder();
      return;
    }
    const Comparison& comparison = driver_->comparison;
    if (comparison.field == Comparison::kAnnotation) {
      plan_.time_column = "n.create_time_us";
      row_column_ = "n.row_id";
      plan_.joins = true;
      const bool any_value = comparison.op == Comparison::kHas;
      plan_.from =
          absl::StrCat("annotations AS n", any_value ? " INDEXED BY annotations_by_key" : "",
                       " CROSS JOIN accounts AS a ON a.row_id = n.row_id");
      plan_.where = "n.tenant = ? AND n.key = ?";
      plan_.values = {query_.tenant, comparison.key};
      if (!any_value) plan_.where += " AND n.value = ?";
      if (!any_value) plan_.values.push_back(comparison.text);
      return;
    }
    const ColumnIndex index = IndexFor(comparison.field);
    plan_.from = absl::StrCat("accounts AS a INDEXED BY ", index.index);
    plan_.where = absl::StrCat("a.tenant = ? AND a.", index.column, " = ?");
    plan_.values.push_back(query_.tenant);
    if (!IsNumber(comparison.field)) {
      plan_.values.push_back(comparison.text);
      return;
    }
    plan_.values.push_back(comparison.number);
    if (comparison.field != Comparison::kState) return;
    if (comparison.number == v1::Account::STATE_DELETED && plan_.skip_deleted) times_.Empty();
    plan_.skip_deleted = false;
  }

  void AddIndexOfOrder() {
    const char* index = "accounts_by_time";
    const char* live = "";
    if (query_.order.key == ListOrder::kUpdateTime) {
      index = "accounts_by_update";
    } else if (query_.order.key == ListOrder::kLabel) {
      index = "accounts_by_label";
    } else if (!query_.show_deleted) {
      index = "accounts_live_by_time";
      live = " AND a.state <> 3";
      plan_.skip_deleted = false;
    }
    plan_.from = absl::StrCat("accounts AS a INDEXED BY ", index);
    plan_.where = absl::StrCat("a.tenant = ?", live);
    plan_.values = {query_.tenant};
  }

  // SQLite takes one lower and one upper bound; of two it may take the wider. So what the filter
  // and the page's beginning say is one bound already.
  void AddTimeRange() {
    for (const AccountFilter*& part : parts_) {
      if (part->kind != AccountFilter::kComparison || part->comparison.field != time_field_) {
        continue;
      }
      Restrict(part->comparison, times_);
      part = nullptr;
    }
    absl::optional<std::pair<int64_t, int64_t>> after;
    if (query_.after) after = {query_.after->time_us, query_.after->row};
    if (after && query_.order.key == ListOrder::kLabel) {  // all rows have one label
      const int order = query_.after->label.compare(driver_->comparison.text);
      if (order != 0 && (order < 0) == query_.order.descending) times_.Empty();
      if (order != 0) after.reset();
    }
    const std::string& time = plan_.time_column;
    if (query_.order.descending) {
      std::pair<int64_t, int64_t> start(times_.last, kLast);
      if (after) start = std::min(start, *after);
      absl::StrAppend(&plan_.where, " AND (", time, ", ", row_column_, ") < (?, ?) AND ", time,
                      " >= ?");
      plan_.values.insert(plan_.values.end(), {start.first, start.second, times_.first});
      plan_.order = absl::StrCat(time, " DESC, ", row_column_, " DESC");
    } else {
      std::pair<int64_t, int64_t> start(times_.first, 0);  // rows count from 1
      if (after) start = std::max(start, *after);
      absl::StrAppend(&plan_.where, " AND (", time, ", ", row_column_, ") > (?, ?) AND ", time,
                      " <= ?");
      plan_.values.insert(plan_.values.end(), {start.first, start.second, times_.last});
      plan_.order = absl::StrCat(time, ", ", row_column_);
    }
  }

  void AddLabelRange() {
    std::string first;                // not before it
    absl::optional<std::string> end;  // before it
    for (const AccountFilter*& part : parts_) {
      if (part->kind != AccountFilter::kComparison ||
          part->comparison.field != Comparison::kLabel) {
        continue;
      }
      absl::optional<std::string> behind = Behind(part->comparison.text);
      first = std::max(first, part->comparison.text);
      if (behind && (!end || *behind < *end)) end = std::move(behind);
      part = nullptr;
    }
    using Place = std::tuple<std::string, int64_t, int64_t>;
    absl::optional<Place> after;
    if (query_.after) {
      after.emplace(query_.after->label, query_.after->time_us, query_.after->row);
    }
    absl::optional<Place> start;
    if (query_.order.descending) {
      if (end) start.emplace(*end, kFirst, 0);
      if (after && (!start || *after < *start)) start = after;
      AddPlace(start, '<');
      plan_.where += " AND a.label >= ?";
      plan_.values.push_back(first);
      plan_.order = "a.label DESC, a.create_time_us DESC, a.row_id DESC";
    } else {
      start.emplace(first, kFirst, 0);
      if (after && *after > *start) start = after;
      AddPlace(start, '>');
      if (end) plan_.where += " AND a.label < ?";
      if (end) plan_.values.push_back(*end);
      plan_.order = "a.label, a.create_time_us, a.row_id";
    }
  }

  void AddPlace(const absl::optional<std::tuple<std::string, int64_t, int64_t>>& place,
                char direction) {
    if (!place) return;
    absl::StrAppend(&plan_.where, " AND (a.label, a.create_time_us, a.row_id) ",
                    std::string(1, direction), " (?, ?, ?)");
    plan_.values.push_back(std::get<0>(*place));
    plan_.values.push_back(std::get<1>(*place));
    plan_.values.push_back(std::get<2>(*place));
  }

  void KeepResidual() {
    for (const AccountFilter* part : parts_) {
      if (part != nullptr) plan_.residual.parts.push_back(*part);
    }
    if (plan_.residual.parts.size() == 1) {
      AccountFilter only = std::move(plan_.residual.parts.front());
      plan_.residual = std::move(only);
    } else if (!plan_.residual.parts.empty()) {
      plan_.residual.kind = AccountFilter::kAnd;
    }
  }

  const ListQuery& query_;
  Comparison::Field time_field_;
  std::string row_column_ = "a.row_id";
  std::vector<const AccountFilter*> parts_;  // null: answered
  const AccountFilter* driver_ = nullptr;
  Interval times_;
  ListPlan plan_;
};

}  // namespace

std::string ListPlan::PageSql() const { return Select("a.checksum, a.message"); }

std::string ListPlan::RowsSql() const { return Select("NULL, NULL"); }

std::string ListPlan::Select(absl::string_view checksum_and_message) const {
  return absl::StrCat("SELECT a.row_id, a.state, ", checksum_and_message, ", a.account_id, ",
                      time_column, ", a.label FROM ", from, " WHERE ", where, " ORDER BY ", order,
                      " LIMIT ?");
}

std::string ListPlan::CountSql() const {
  return absl::StrCat("SELECT count(*) FROM ", from, " WHERE ", where);
}

bool ListPlan::IsCountedByIndex() const {
  return residual.kind == AccountFilter::kEverything && !skip_deleted && !joins;
}

ListPlan PlanList(const ListQuery& query) { return Planner(query).Plan(); }

ListPlan PlanCount(const ListQuery& query) {
  ListQuery whole = query;
  whole.after.reset();
  whole.order = ListOrder();
  ListPlan first = PlanList(whole);
  if (first.residual.kind == AccountFilter::kEverything) return first;
  // Beginnings of labels and update times are answered by the index of that order alone.
  for (const ListOrder::Key key : {ListOrder::kLabel, ListOrder::kUpdateTime}) {
    whole.order.key = key;
    ListPlan plan = PlanList(whole);
    if (plan.residual.kind == AccountFilter::kEverything) return plan;
  }
  return first;
}

}  // namespace credlink::sqlite
