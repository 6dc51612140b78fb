#include "server/accounts/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

std::string WhyWrong(absl::string_view filter) {
  absl::StatusOr<AccountFilter> parsed = ParseFilter(filter);
  return parsed.ok() ? "" : std::string(parsed.status().message());
}

TEST(FilterTest, EmptyRestrictsNothing) {
  for (absl::string_view filter : {"", "   ", "\n"}) {
    absl::StatusOr<AccountFilter> parsed = ParseFilter(filter);
    ASSERT_TRUE(parsed.ok());
    EXPECT_TRUE(parsed->owner_id.empty() && parsed->provider.empty() &&
                parsed->account_number.empty());
  }
}

TEST(FilterTest, ReadsComparisons) {
  absl::StatusOr<AccountFilter> parsed = ParseFilter(
      R"(owner.id = "cust\"omer\\17" AND account_number=1234567 AND provider = lastpass)");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->owner_id, R"(cust"omer\17)");
  EXPECT_EQ(parsed->account_number, "1234567");
  EXPECT_EQ(parsed->provider, "lastpass");
}

TEST(FilterTest, BareTextsMayHoldWhatOwnerIdsMay) {
  absl::StatusOr<AccountFilter> parsed = ParseFilter("owner.id=a.b_c:d@e/f+g-h");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->owner_id, "a.b_c:d@e/f+g-h");
}

TEST(FilterTest, SaysWhereAndWhat) {
  EXPECT_EQ(WhyWrong("label = x"),
            "filter: At character 1: expected owner.id, account_number or provider.");
  EXPECT_EQ(WhyWrong("owner.id"), "filter: At character 9: expected =.");
  EXPECT_EQ(WhyWrong("owner.id != x"), "filter: At character 10: expected =.");
  EXPECT_EQ(WhyWrong("owner.id = "), "filter: At character 12: expected a text.");
  EXPECT_EQ(WhyWrong("owner.id = \"\""), "filter: At character 12: expected a text.");
  EXPECT_EQ(WhyWrong("owner.id = \"x"),
            "filter: At character 14: expected a closing quotation mark.");
  EXPECT_EQ(WhyWrong("owner.id = \"x\\n\""),
            "filter: At character 15: expected a closing quotation mark.");
  EXPECT_EQ(WhyWrong("owner.id=x OR provider=y"),
            "filter: At character 11: expected AND or the end.");
  EXPECT_EQ(WhyWrong("owner.id=\"x\"AND provider=y"),
            "filter: At character 13: expected AND or the end.");
  EXPECT_EQ(WhyWrong("owner.id=x AND owner.id=y"),
            "filter: At character 16: a field can be compared once only.");
  EXPECT_EQ(WhyWrong("owner.id=x AND"),
            "filter: At character 15: expected owner.id, account_number or provider.");
}

TEST(FilterTest, EveryPrefixIsReadOrRefusedCleanly) {
  const std::string filter = R"(owner.id = "a\\b" AND account_number = 12 AND provider="p")";
  for (size_t size = 0; size <= filter.size(); ++size) {
    absl::StatusOr<AccountFilter> parsed = ParseFilter(absl::string_view(filter).substr(0, size));
    if (parsed.ok()) continue;
    EXPECT_EQ(ReasonOf(parsed.status()), v1::ERROR_REASON_FILTER_INVALID) << size;
  }
}

TEST(FilterTest, HasALimit) {
  const absl::Status status = ParseFilter(std::string(1025, ' ')).status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_FIELD_TOO_LONG);
  EXPECT_TRUE(ParseFilter(std::string(1024, ' ')).ok());
}

}  // namespace
}  // namespace credlink
