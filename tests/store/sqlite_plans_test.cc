// No query walks over a whole table, and none sorts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/list_plan.h"
#include "server/store/sqlite/migrations.h"
#include "server/store/sqlite/queries.h"
#include "tests/conformance/samples.h"
#include "tests/store/temp_directory.h"

namespace credlink::sqlite {
namespace {

using testing::HasSubstr;

class PlansTest : public testing::Test {
 protected:
  PlansTest() {
    const std::string path = directory_.File("credlink.db");
    std::ofstream(path).close();
    ConnectionOptions options;
    options.path = path;
    options.read_only = false;
    absl::StatusOr<Connection> connection = Connection::Open(options);
    EXPECT_TRUE(connection.ok()) << connection.status();
    connection_ = std::make_unique<Connection>(*std::move(connection));
    EXPECT_TRUE(Migrate(*connection_).ok());
  }

  std::string PlanOf(const std::string& sql) {
    std::string plan;
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(connection_->handle(), ("EXPLAIN QUERY PLAN " + sql).c_str(), -1,
                                 &statement, nullptr),
              SQLITE_OK)
        << sqlite3_errmsg(connection_->handle());
    while (sqlite3_step(statement) == SQLITE_ROW) {
      absl::StrAppend(&plan, reinterpret_cast<const char*>(sqlite3_column_text(statement, 3)),
                      "\n");
    }
    sqlite3_finalize(statement);
    return plan;
  }

  TempDirectory directory_;
  std::unique_ptr<Connection> connection_;
};

// All that a filter may compare, one after the other.
std::vector<AccountFilter> Comparisons() {
  AccountFilter prefix = Equals(Comparison::kLabel, "Head");
  prefix.comparison.op = Comparison::kPrefix;
  AccountFilter has = Annotated("team", "");
  has.comparison.op = Comparison::kHas;
  std::vector<AccountFilter> all = {AccountFilter(), prefix, has, Annotated("team", "red")};
  for (Comparison::Field field : {Comparison::kOwnerId, Comparison::kAccountNumber,
                                  Comparison::kProvider, Comparison::kLabel}) {
    all.push_back(Equals(field, "x"));
  }
  for (Comparison::Field field :
       {Comparison::kState, Comparison::kHealth, Comparison::kEnvironment}) {
    all.push_back(Compare(field, Comparison::kEqual, 1));
  }
  for (Comparison::Field field : {Comparison::kCreateTime, Comparison::kUpdateTime}) {
    for (Comparison::Operator op : {Comparison::kEqual, Comparison::kLess, Comparison::kLessOrEqual,
                                    Comparison::kGreater, Comparison::kGreaterOrEqual}) {
      all.push_back(Compare(field, op, 5));
    }
  }
  return all;
}

// Alone and negated, in every order, from the beginning and from a page's end.
std::vector<ListQuery> EveryQuery() {
  std::vector<ListQuery> queries;
  for (const AccountFilter& comparison : Comparisons()) {
    for (const AccountFilter& filter : {comparison, credlink::Not(comparison)}) {
      for (auto key : {ListOrder::kCreateTime, ListOrder::kUpdateTime, ListOrder::kLabel}) {
        for (int bits = 0; bits < 8; ++bits) {
          ListQuery query = PageOf("acme", 10, filter);
          query.order = ListOrder{key, (bits & 1) != 0};
          query.show_deleted = (bits & 2) != 0;
          if ((bits & 4) != 0) query.after = ListPosition{"Headache", 7, 3};
          queries.push_back(std::move(query));
        }
      }
    }
  }
  return queries;
}

// The range that the index is searched by has both the page's beginning and the order.
TEST_F(PlansTest, EveryListWalksItsIndexInOrder) {
  for (const ListQuery& query : EveryQuery()) {
    const ListPlan plan = PlanList(query);
    SCOPED_TRACE(plan.PageSql());
    for (const std::string& sql : {plan.PageSql(), plan.RowsSql(), plan.CountSql()}) {
      const std::string explained = PlanOf(sql);
      EXPECT_THAT(explained, testing::AllOf(HasSubstr("SEARCH "), testing::Not(HasSubstr("SCAN")),
                                            testing::Not(HasSubstr("TEMP B-TREE"))));
      // Rows of one time are told apart by their number, in the index.
      EXPECT_THAT(explained,
                  testing::AnyOf(HasSubstr("_time_us>?"), HasSubstr("_time_us<?"),
                                 HasSubstr("_time_us)>(?,?)"), HasSubstr("label>?"),
                                 HasSubstr("row_id)>(?,?)"), HasSubstr("_time_us)<(?,?)"),
                                 HasSubstr("row_id)<(?,?)")));
    }
    EXPECT_EQ(static_cast<size_t>(std::count(plan.where.begin(), plan.where.end(), '?')),
              plan.values.size());
  }
}

// A count needs no order.
TEST_F(PlansTest, ACountTakesTheIndexThatAnswersMost) {
  AccountFilter prefix = Equals(Comparison::kLabel, "x");
  prefix.comparison.op = Comparison::kPrefix;
  const std::string accounts = "accounts AS a INDEXED BY accounts_";
  const std::vector<std::pair<AccountFilter, std::string>> expected = {
      {AccountFilter(), "live_by_time"},
      {Compare(Comparison::kState, Comparison::kEqual, 1), "by_state"},
      {Equals(Comparison::kAccountNumber, "7"), "by_number"},
      {Compare(Comparison::kUpdateTime, Comparison::kLess, 1), "by_update"},
      {prefix, "by_label"},
      {credlink::AllOf({prefix, Equals(Comparison::kAccountNumber, "7")}), "by_number"},
      {credlink::Not(prefix), "live_by_time"},
  };
  for (const auto& [filter, index] : expected) {
    for (auto key : {ListOrder::kCreateTime, ListOrder::kUpdateTime, ListOrder::kLabel}) {
      ListQuery query = PageOf("acme", 10, filter);
      query.order.key = key;
      EXPECT_EQ(PlanCount(query).from, accounts + index);
    }
  }
}

// What is counted without a limit is counted in an index alone. (That of live accounts answers
// their state by being there, which EXPLAIN does not call covering.)
TEST_F(PlansTest, NoCountReadsRowsWithoutALimit) {
  int counted = 0;
  for (const ListQuery& query : EveryQuery()) {
    const ListPlan plan = PlanCount(query);
    if (!plan.IsCountedByIndex()) continue;
    ++counted;
    EXPECT_THAT(PlanOf(plan.CountSql()), testing::AnyOf(HasSubstr("USING COVERING INDEX"),
                                                        HasSubstr("accounts_live_by_time")))
        << plan.CountSql();
  }
  EXPECT_GT(counted, 0);
}

std::string IndexOf(AccountFilter filter, ListOrder::Key key = ListOrder::kCreateTime) {
  ListQuery query = PageOf("acme", 10, std::move(filter));
  query.order.key = key;
  const ListPlan plan = PlanList(query);
  return plan.residual.kind == AccountFilter::kEverything ? plan.from : plan.from + " and reading";
}

// A list by one thing steps over nothing: the index holds exactly what is asked for.
TEST_F(PlansTest, AnEqualityAloneHasAnIndexOfItsOwn) {
  const std::string accounts = "accounts AS a INDEXED BY accounts_";
  EXPECT_EQ(IndexOf({}), accounts + "live_by_time");
  EXPECT_EQ(IndexOf(Equals(Comparison::kOwnerId, "x")), accounts + "by_owner");
  EXPECT_EQ(IndexOf(Equals(Comparison::kAccountNumber, "x")), accounts + "by_number");
  EXPECT_EQ(IndexOf(Equals(Comparison::kProvider, "x")), accounts + "by_provider");
  EXPECT_EQ(IndexOf(Equals(Comparison::kLabel, "x")), accounts + "by_label");
  EXPECT_EQ(IndexOf(Compare(Comparison::kState, Comparison::kEqual, 1)), accounts + "by_state");
  EXPECT_EQ(IndexOf(Compare(Comparison::kHealth, Comparison::kEqual, 1)), accounts + "by_health");
  EXPECT_EQ(IndexOf(Compare(Comparison::kEnvironment, Comparison::kEqual, 1)),
            accounts + "by_environment");
  EXPECT_EQ(IndexOf(Compare(Comparison::kCreateTime, Comparison::kLess, 1)),
            accounts + "live_by_time");
  EXPECT_THAT(IndexOf(Annotated("team", "red")),
              testing::AllOf(HasSubstr("annotations"), testing::Not(HasSubstr("reading"))));
  EXPECT_THAT(PlanOf(PlanList(PageOf("acme", 10, Annotated("team", "red"))).PageSql()),
              HasSubstr("SEARCH n USING PRIMARY KEY (tenant=? AND key=? AND value=?"));
  AccountFilter has = Annotated("team", "");
  has.comparison.op = Comparison::kHas;
  EXPECT_EQ(IndexOf(has),
            "annotations AS n INDEXED BY annotations_by_key"
            " CROSS JOIN accounts AS a ON a.row_id = n.row_id");
  AccountFilter prefix = Equals(Comparison::kLabel, "x");
  prefix.comparison.op = Comparison::kPrefix;
  EXPECT_EQ(IndexOf(prefix, ListOrder::kLabel), accounts + "by_label");
  EXPECT_EQ(IndexOf(Compare(Comparison::kUpdateTime, Comparison::kLess, 1), ListOrder::kUpdateTime),
            accounts + "by_update");
}

TEST_F(PlansTest, OfSeveralTheOneThatNarrowsMostDrives) {
  const AccountFilter number = Equals(Comparison::kAccountNumber, "7");
  const AccountFilter provider = Equals(Comparison::kProvider, "lastpass");
  const AccountFilter active = Compare(Comparison::kState, Comparison::kEqual, 1);
  const AccountFilter unhealthy = Compare(Comparison::kHealth, Comparison::kEqual, 2);
  const std::string accounts = "accounts AS a INDEXED BY accounts_";
  EXPECT_EQ(IndexOf(credlink::AllOf({provider, active, number})),
            accounts + "by_number and reading");
  EXPECT_EQ(IndexOf(credlink::AllOf({active, unhealthy})), accounts + "by_health and reading");
  EXPECT_EQ(IndexOf(credlink::AllOf({provider, credlink::AllOf({active, active})})),
            accounts + "by_state and reading");
  EXPECT_EQ(IndexOf(credlink::AnyOf({number, provider})), accounts + "live_by_time and reading");
  EXPECT_EQ(IndexOf(number, ListOrder::kUpdateTime), accounts + "by_update and reading");
  EXPECT_EQ(
      IndexOf(credlink::AllOf({number, Compare(Comparison::kCreateTime, Comparison::kLess, 1)})),
      accounts + "by_number");
}

TEST_F(PlansTest, EveryOtherStatementFindsItsRowsByAnIndex) {
  const auto queries = Queries::Prepare(*connection_);
  ASSERT_TRUE(queries.ok()) << queries.status();
  std::vector<std::string> all;
  for (sqlite3_stmt* statement = sqlite3_next_stmt(connection_->handle(), nullptr);
       statement != nullptr; statement = sqlite3_next_stmt(connection_->handle(), statement)) {
    all.emplace_back(sqlite3_sql(statement));
  }
  EXPECT_GT(all.size(), 30u);
  for (const std::string& sql : all) {
    EXPECT_THAT(PlanOf(sql), testing::AllOf(testing::Not(HasSubstr("SCAN")),
                                            testing::Not(HasSubstr("TEMP B-TREE"))))
        << sql;
  }
}

// The control: what the others look for does show up.
TEST_F(PlansTest, AScanWouldBeSeen) {
  EXPECT_THAT(PlanOf("SELECT * FROM accounts WHERE state = 1 ORDER BY message"),
              testing::AllOf(HasSubstr("SCAN"), HasSubstr("TEMP B-TREE")));
}

}  // namespace
}  // namespace credlink::sqlite
