// Where filters are wrong, and what is told about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/accounts/filter.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

constexpr char kFields[] =
    "owner.id, account_number, provider, label, state, health, environment, create_time, "
    "update_time, annotations.KEY or annotations:KEY";
constexpr char kTime[] = "a time of RFC 3339 in double quotes, such as \"2026-01-31T12:00:00Z\"";
constexpr char kKeyword[] = "a text; a text that is AND, OR or NOT needs double quotes";
constexpr char kBareEnd[] = "a space, or double quotes around the whole text";

void ExpectFault(const std::string& filter, int character, const std::string& expected) {
  const absl::Status status = ParseFilter(filter).status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_FILTER_INVALID) << filter;
  EXPECT_EQ(status.message(),
            absl::StrCat("filter: At character ", character, ": expected ", expected, "."))
      << filter;
}

TEST(FilterFaultsTest, Fields) {
  ExpectFault("name = x", 1, kFields);
  ExpectFault("  owner = x", 3, kFields);
  ExpectFault("OWNER.ID = x", 1, kFields);
  ExpectFault("annotation.x = x", 1, kFields);
  ExpectFault("AND = x", 1, kFields);
  ExpectFault("ANDstate = ACTIVE", 1, kFields);
  ExpectFault("state = ACTIVE AND uid = x", 20, kFields);
}

TEST(FilterFaultsTest, ComparisonsThatAreNotThere) {
  ExpectFault("\"text\"", 1, "a comparison");
  ExpectFault("= x", 1, "a comparison");
  ExpectFault("()", 2, "a comparison");
  ExpectFault(")", 1, "a comparison");
  ExpectFault("NOT", 4, "a comparison");
  ExpectFault("NOT = x", 5, "a comparison");
  ExpectFault("state = ACTIVE AND ", 20, "a comparison");
  ExpectFault("state = ACTIVE OR (", 20, "a comparison");
  ExpectFault("*", 1, "a comparison");
  ExpectFault("\xc3\x84", 1, "a comparison");
  // One negation is enough.
  ExpectFault("--state = ACTIVE", 2, kFields);
  ExpectFault("NOT NOT state = ACTIVE", 5, kFields);
  ExpectFault("NOT -state = ACTIVE", 5, kFields);
}

TEST(FilterFaultsTest, Operators) {
  ExpectFault("owner.id", 9, "= or !=");
  ExpectFault("owner.id x", 10, "= or !=");
  ExpectFault("owner.id : x", 10, "= or !=");
  ExpectFault("label < x", 7, "= or !=");
  ExpectFault("label ! = x", 7, "= or !=");
  ExpectFault("state >= ACTIVE", 7, "= or !=");
  ExpectFault("annotations.team > x", 18, "= or !=");
  ExpectFault("annotations.team", 17, "= or !=");
  ExpectFault("create_time", 12, "=, !=, <, <=, > or >=");
  ExpectFault("create_time : x", 13, "=, !=, <, <=, > or >=");
}

TEST(FilterFaultsTest, Texts) {
  ExpectFault("owner.id = ", 12, "a text");
  ExpectFault("owner.id == x", 11, "a text");
  ExpectFault("owner.id = (x)", 12, "a text");
  ExpectFault("label = *", 9, "a text");
  ExpectFault("label = AND", 9, kKeyword);
  ExpectFault("label = OR OR label = x", 9, kKeyword);
  ExpectFault("label = NOT", 9, kKeyword);
  ExpectFault("label = Head*", 13, kBareEnd);
  ExpectFault("label = J\xc3\xb6rg", 10, kBareEnd);
  ExpectFault("label = a,label = b", 10, kBareEnd);
  ExpectFault("label = a\"b\"", 10, kBareEnd);
  ExpectFault("label = \"x", 11, "a closing quotation mark");
  ExpectFault("label = \"x\\", 12, "a closing quotation mark");
  ExpectFault("label = \"x\\n\"", 12,
              "a quotation mark, a backslash or a star behind the backslash");
  // Counted in characters, not bytes.
  ExpectFault("label = \"\xc3\x84\xf0\x9f\x94\x91\" x", 14, "AND, OR or the end");
}

TEST(FilterFaultsTest, Enums) {
  const std::string state = "ACTIVE or SUSPENDED or DELETED";
  ExpectFault("state = ", 9, state);
  ExpectFault("state = active", 9, state);
  ExpectFault("state = STATE_ACTIVE", 9, state);
  ExpectFault("state = UNSPECIFIED", 9, state);
  ExpectFault("state = \"\"", 9, state);
  ExpectFault("state = HEALTHY", 9, state);
  ExpectFault("health = ACTIVE", 10, "HEALTHY or UNHEALTHY or SUSPECT or UNKNOWN");
  ExpectFault("environment = 1", 15, "PRODUCTION or TEST");
}

TEST(FilterFaultsTest, Times) {
  ExpectFault("create_time < 2026-01-01T00:00:00Z", 15, kTime);
  for (const char* time : {"",
                           "2026-01-01",
                           "2026-01-01T00:00:00",
                           "2026-01-01 00:00:00Z",
                           "2026-1-1T00:00:00Z",
                           " 2026-01-01T00:00:00Z",
                           "2026-01-01T00:00:00Z ",
                           "2026-01-01T00:00:00.Z",
                           "2026-13-01T00:00:00Z",
                           "2026-02-30T00:00:00Z",
                           "2026-01-01T24:00:00Z",
                           "2026-01-01T00:00:00+0100",
                           "2026-01-01T00:00:00+99:00",
                           "2026-01-01T00:00Z",
                           "0000-12-31T23:59:59Z",
                           "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01",
                           "-2026-01-01T00:00:00Z",
                           "12026-01-01T00:00:00Z",
                           "infinite-future",
                           "now"}) {
    ExpectFault(absl::StrCat("update_time >= \"", time, "\""), 16, kTime);
  }
}

TEST(FilterFaultsTest, Annotations) {
  const std::string key = "an annotation's key";
  ExpectFault("annotations", 12, ". or : and an annotation's key");
  ExpectFault("annotations = x", 13, ". or : and an annotation's key");
  ExpectFault("annotations:", 13, key);
  ExpectFault("annotations:\"\"", 13, key);
  ExpectFault("annotations.", 13, key);
  ExpectFault("annotations. team = x", 14, key);
  ExpectFault("annotations.\"\" = x", 13, key);
  ExpectFault("annotations.= x", 13, key);
  ExpectFault("annotations:team = x", 18, "AND, OR or the end");
  ExpectFault("annotations:team=x", 17, kBareEnd);
}

TEST(FilterFaultsTest, WhatFollows) {
  ExpectFault("state = ACTIVE state = DELETED", 16, "AND, OR or the end");
  ExpectFault("state = ACTIVE and state = DELETED", 16, "AND, OR or the end");
  ExpectFault("state = ACTIVE -state = DELETED", 16, "AND, OR or the end");
  ExpectFault("state = ACTIVE)", 15, "AND, OR or the end");
  ExpectFault("(state = ACTIVE", 16, "AND, OR or )");
  ExpectFault("(state = ACTIVE state = DELETED)", 17, "AND, OR or )");
}

TEST(FilterFaultsTest, Limits) {
  const std::vector<std::string> comparisons(33, "state=ACTIVE");
  ExpectFault(absl::StrJoin(comparisons, " OR "), 32 * 16 + 1, "at most 32 comparisons");
  ExpectFault(absl::StrCat(std::string(9, '('), "state = ACTIVE", std::string(9, ')')), 9,
              "at most 8 levels of parentheses");
  ExpectFault(std::string(1024, '('), 9, "at most 8 levels of parentheses");
  EXPECT_EQ(ReasonOf(ParseFilter(std::string(1025, ' ')).status()),
            v1::ERROR_REASON_FIELD_TOO_LONG);
}

TEST(FilterFaultsTest, RepeatNothingOfTheFilter) {
  for (const char* filter :
       {"secretword = x", "label = x secretword", "label = \"secretword", "state = secretword",
        "create_time = \"secretword\"", "label = (secretword", "annotations:secretword = x"}) {
    const absl::Status status = ParseFilter(filter).status();
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_FILTER_INVALID);
    EXPECT_THAT(status.ToString(), ::testing::Not(::testing::HasSubstr("secretword")));
  }
}

TEST(FilterFaultsTest, EveryBeginningIsReadOrRefusedCleanly) {
  const std::string filter =
      R"(NOT (owner.id = "a\\b" OR -label="x*") AND (create_time>="2026-01-01T00:00:00Z"))";
  ASSERT_TRUE(ParseFilter(filter).ok());
  for (size_t size = 1; size < filter.size(); ++size) {
    const absl::Status status = ParseFilter(filter.substr(0, size)).status();
    // Complete before its last term.
    if (status.ok()) {
      EXPECT_EQ(filter.substr(0, size).find("create_time"), std::string::npos) << size;
    } else {
      EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_FILTER_INVALID) << size;
    }
  }
}

}  // namespace
}  // namespace credlink
