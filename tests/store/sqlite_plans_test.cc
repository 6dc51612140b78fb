// No query walks over a whole table, and none sorts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/migrations.h"
#include "server/store/sqlite/queries.h"
#include "tests/store/temp_directory.h"

namespace credlink::sqlite {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

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

TEST_F(PlansTest, EveryListWalksItsIndexInOrder) {
  for (int kind = 0; kind < 8; ++kind) {
    const std::string plan = PlanOf(ListQueries::Sql(kind & 1, kind & 2, kind & 4));
    EXPECT_THAT(plan, AllOf(HasSubstr("SEARCH accounts USING INDEX accounts_live"),
                            Not(HasSubstr("SCAN")), Not(HasSubstr("TEMP B-TREE"))))
        << kind;
  }
}

// A list by one thing steps over nothing: the index holds exactly what is asked for.
TEST_F(PlansTest, AFilterAloneHasAnIndexOfItsOwn) {
  EXPECT_THAT(PlanOf(ListQueries::Sql(true, false, false)), HasSubstr("accounts_live_by_owner"));
  EXPECT_THAT(PlanOf(ListQueries::Sql(false, true, false)), HasSubstr("accounts_live_by_provider"));
  EXPECT_THAT(PlanOf(ListQueries::Sql(false, false, true)), HasSubstr("accounts_live_by_number"));
}

TEST_F(PlansTest, EveryStatementCanBePrepared) { EXPECT_TRUE(Queries::Prepare(*connection_).ok()); }

// The control: what the others look for does show up.
TEST_F(PlansTest, AScanWouldBeSeen) {
  EXPECT_THAT(PlanOf("SELECT * FROM accounts WHERE state = 1 ORDER BY message"),
              AllOf(HasSubstr("SCAN"), HasSubstr("TEMP B-TREE")));
}

}  // namespace
}  // namespace credlink::sqlite
