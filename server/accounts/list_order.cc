#include "server/accounts/list_order.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_split.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

constexpr struct {
  absl::string_view name;
  ListOrder::Key key;
} kKeys[] = {
    {"create_time", ListOrder::kCreateTime},
    {"update_time", ListOrder::kUpdateTime},
    {"label", ListOrder::kLabel},
};

// True for kEverything, too.
bool ComparesOnly(Comparison::Field field, const AccountFilter& filter) {
  if (filter.kind == AccountFilter::kComparison) return filter.comparison.field == field;
  return std::all_of(filter.parts.begin(), filter.parts.end(),
                     [field](const AccountFilter& part) { return ComparesOnly(field, part); });
}

// The order in which an index holds exactly what is asked for, where that is not create_time's.
ListOrder DefaultOrder(const AccountFilter& filter) {
  ListOrder order;
  if (filter.kind != AccountFilter::kEverything && ComparesOnly(Comparison::kUpdateTime, filter)) {
    order.key = ListOrder::kUpdateTime;
  } else if (filter.kind == AccountFilter::kComparison &&
             filter.comparison.op == Comparison::kPrefix) {
    order.key = ListOrder::kLabel;
  }
  return order;
}

absl::Status Unreadable() {
  FieldFaults faults;
  faults.Add(
      "order_by", v1::ERROR_REASON_ORDER_BY_INVALID,
      "Must be create_time, update_time or label, each with or without \" desc\" behind it.");
  return faults.ToStatus();
}

}  // namespace

absl::StatusOr<ListOrder> ParseOrderBy(absl::string_view order_by, const AccountFilter& filter) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(order_by, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
  if (words.empty()) return DefaultOrder(filter);
  const auto* found = std::find_if(std::begin(kKeys), std::end(kKeys),
                                   [&words](const auto& key) { return key.name == words[0]; });
  if (found == std::end(kKeys)) return Unreadable();
  ListOrder order;
  order.key = found->key;
  if (words.size() == 1) return order;
  order.descending = true;
  if (words.size() > 2 || words[1] != "desc") return Unreadable();
  return order;
}

}  // namespace credlink
