#include "server/accounts/list_order.h"

#include <gtest/gtest.h>

#include <string>

#include "server/accounts/filter.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

// Such as "label desc".
std::string OrderOf(absl::string_view order_by, absl::string_view filter = "") {
  const absl::StatusOr<AccountFilter> parsed = ParseFilter(filter);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  const absl::StatusOr<ListOrder> order = ParseOrderBy(order_by, *parsed);
  if (!order.ok()) return std::string(order.status().message());
  std::string name = order->key == ListOrder::kLabel        ? "label"
                     : order->key == ListOrder::kUpdateTime ? "update_time"
                                                            : "create_time";
  return order->descending ? name + " desc" : name;
}

TEST(ListOrderTest, ReadsAFieldAndADirection) {
  for (const char* order : {"create_time", "update_time", "label", "create_time desc",
                            "update_time desc", "label desc"}) {
    EXPECT_EQ(OrderOf(order), order);
  }
  EXPECT_EQ(OrderOf("  label   desc "), "label desc");
}

TEST(ListOrderTest, DefaultsToCreateTime) {
  for (const char* filter : {"", "state = ACTIVE", "create_time > \"2026-01-01T00:00:00Z\"",
                             "update_time > \"2026-01-01T00:00:00Z\" AND state = ACTIVE",
                             "NOT (update_time > \"2026-01-01T00:00:00Z\" OR label = \"x\")"}) {
    EXPECT_EQ(OrderOf("", filter), "create_time") << filter;
    EXPECT_EQ(OrderOf("  ", filter), "create_time") << filter;
  }
}

TEST(ListOrderTest, DefaultsToUpdateTimeWhereNothingElseIsCompared) {
  for (const char* filter :
       {"update_time > \"2026-01-01T00:00:00Z\"", "NOT update_time > \"2026-01-01T00:00:00Z\"",
        "update_time > \"2026-01-01T00:00:00Z\" AND update_time < \"2026-02-01T00:00:00Z\""}) {
    EXPECT_EQ(OrderOf("", filter), "update_time") << filter;
    EXPECT_EQ(OrderOf("create_time", filter), "create_time") << filter;
  }
}

TEST(ListOrderTest, DefaultsToLabelForALabelsBeginning) {
  EXPECT_EQ(OrderOf("", "label = \"Head*\""), "label");
  EXPECT_EQ(OrderOf("create_time", "label = \"Head*\""), "create_time");
  EXPECT_EQ(OrderOf("", "label = \"Head\""), "create_time");
  EXPECT_EQ(OrderOf("", "label = \"Head*\" AND state = ACTIVE"), "create_time");
}

TEST(ListOrderTest, RefusesEverythingElse) {
  for (const char* order : {"name", "label asc", "label DESC", "Label", "label,create_time",
                            "label desc desc", "desc", "label desc, create_time", "-label"}) {
    const absl::Status status = ParseOrderBy(order, AccountFilter()).status();
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_ORDER_BY_INVALID) << order;
    EXPECT_EQ(status.message(),
              "order_by: Must be create_time, update_time or label, each with or without \" desc\" "
              "behind it.");
  }
}

}  // namespace
}  // namespace credlink
