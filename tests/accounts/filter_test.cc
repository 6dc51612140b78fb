// What filters mean. What is wrong with others: filter_faults_test.cc.
#include "server/accounts/filter.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

namespace credlink {
namespace {

google::protobuf::Timestamp At(const std::string& time) {
  absl::Time parsed;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, time, &parsed, nullptr)) << time;
  google::protobuf::Timestamp proto;
  proto.set_seconds(absl::ToUnixSeconds(parsed));
  proto.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(parsed - absl::FromUnixSeconds(proto.seconds()))));
  return proto;
}

// Three accounts, a, b and c, that differ in every field.
std::vector<v1::Account> Samples() {
  v1::Account a;
  a.set_name("a");
  a.mutable_owner()->set_id("customer-17");
  a.set_account_number("1234567");
  a.set_provider("lastpass");
  a.set_label("Head office");
  a.set_state(v1::Account::STATE_ACTIVE);
  a.set_health(v1::Account::HEALTH_HEALTHY);
  a.set_environment(v1::ENVIRONMENT_PRODUCTION);
  (*a.mutable_annotations())["team"] = "billing";
  (*a.mutable_annotations())["cost/center-1"] = "x:y";
  *a.mutable_create_time() = At("2026-01-01T00:00:00Z");
  *a.mutable_update_time() = At("2026-01-01T00:00:00Z");

  v1::Account b = a;
  b.set_name("b");
  b.mutable_owner()->set_id("-a.b_c:d@e/f+g-h");
  b.set_account_number("7654321");
  b.set_label("Headquarters \"S\\W\" \xc3\x84");
  b.set_state(v1::Account::STATE_SUSPENDED);
  b.set_health(v1::Account::HEALTH_UNHEALTHY);
  (*b.mutable_annotations())["team"] = "ops";
  b.mutable_annotations()->erase("cost/center-1");
  *b.mutable_update_time() = At("2026-02-01T00:00:00.5Z");

  v1::Account c;
  c.set_name("c");
  c.mutable_owner()->set_id("AND");
  c.set_account_number("7");
  c.set_provider("other");
  c.set_state(v1::Account::STATE_DELETED);
  c.set_health(v1::Account::HEALTH_SUSPECT);
  c.set_environment(v1::ENVIRONMENT_TEST);
  *c.mutable_create_time() = At("2026-03-01T12:00:00.000001Z");
  *c.mutable_update_time() = At("2026-03-01T12:00:00.000002Z");
  return {a, b, c};
}

// The names of the samples that match, such as "ac"; why not, when the filter is refused.
std::string Matching(const std::string& filter) {
  absl::StatusOr<AccountFilter> parsed = ParseFilter(filter);
  if (!parsed.ok()) return std::string(parsed.status().message());
  std::string names;
  for (const v1::Account& account : Samples()) {
    if (Matches(*parsed, account)) names += account.name();
  }
  return names;
}

using Meanings = std::vector<std::pair<std::string, std::string>>;

void ExpectAll(const Meanings& meanings) {
  for (const auto& [filter, names] : meanings) EXPECT_EQ(Matching(filter), names) << filter;
}

TEST(FilterTest, ComparesNothing) {
  for (absl::string_view filter : {"", "   ", "\n\t"}) {
    absl::StatusOr<AccountFilter> parsed = ParseFilter(filter);
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(parsed->kind, AccountFilter::kEverything);
  }
}

TEST(FilterTest, ComparesTexts) {
  ExpectAll({
      {"owner.id = customer-17", "a"},
      {"owner.id=\"customer-17\"", "a"},
      {"owner.id != customer-17", "bc"},
      {"owner.id = -a.b_c:d@e/f+g-h", "b"},
      {"owner.id = \"AND\"", "c"},
      {"owner.id = Customer-17", ""},
      {"account_number = 1234567", "a"},
      {"account_number != 1234567", "bc"},
      {"provider = lastpass", "ab"},
      {"provider != \"lastpass\"", "c"},
      {"label = \"Head office\"", "a"},
      {R"(label = "Headquarters \"S\\W\" Ä")", "b"},
      {"label = \"\"", "c"},
      {"label != \"\"", "ab"},
  });
}

TEST(FilterTest, AStarBehindALabelIsEveryEnd) {
  ExpectAll({
      {"label = \"Head*\"", "ab"},
      {"label = \"Headq*\"", "b"},
      {"label != \"Headq*\"", "ac"},
      {"label = \"*\"", "abc"},
      {"label = \"*office\"", ""},
      {"label = \"H*d*\"", ""},
      {"provider = \"last*\"", ""},
      {"annotations.team = \"bill*\"", ""},
      {R"(label = "Head\*")", ""},
      {R"(label = "Head\\*")", ""},
      {R"(label != "Head\*")", "abc"},
  });
}

TEST(FilterTest, AStarWithABackslashIsAStar) {
  const auto comparison = [](const std::string& filter) { return ParseFilter(filter)->comparison; };
  EXPECT_EQ(comparison(R"(label = "Q4\*")").op, Comparison::kEqual);
  EXPECT_EQ(comparison(R"(label = "Q4\*")").text, "Q4*");
  EXPECT_EQ(comparison(R"(label = "\**")").op, Comparison::kPrefix);
  EXPECT_EQ(comparison(R"(label = "\**")").text, "*");
  EXPECT_EQ(comparison(R"(label = "a\\*")").op, Comparison::kPrefix);
  EXPECT_EQ(comparison(R"(label = "a\\*")").text, "a\\");
  EXPECT_EQ(comparison(R"(owner.id = "\*")").text, "*");
}

TEST(FilterTest, ComparesEnums) {
  ExpectAll({
      {"state = ACTIVE", "a"},
      {"state = SUSPENDED", "b"},
      {"state != DELETED", "ab"},
      {"health = HEALTHY", "a"},
      {"health = \"UNHEALTHY\"", "b"},
      {"health = SUSPECT", "c"},
      {"health = UNKNOWN", ""},
      {"environment = PRODUCTION", "ab"},
      {"environment != PRODUCTION", "c"},
      {"environment = TEST", "c"},
  });
}

TEST(FilterTest, ComparesAnnotations) {
  ExpectAll({
      {"annotations.team = billing", "a"},
      {"annotations.team != billing", "bc"},
      {"annotations.\"team\"=\"ops\"", "b"},
      {"annotations.cost/center-1 = x:y", "a"},
      {"annotations:team", "ab"},
      {"annotations : \"cost/center-1\"", "a"},
      {"NOT annotations:team", "c"},
      {"annotations.none = \"\"", ""},
      {"annotations.AND = x", ""},
  });
}

TEST(FilterTest, ComparesTimes) {
  ExpectAll({
      {"create_time = \"2026-01-01T00:00:00Z\"", "ab"},
      {"create_time != \"2026-01-01T00:00:00Z\"", "c"},
      {"create_time = \"2026-01-01T01:30:00+01:30\"", "ab"},
      {"create_time = \"2025-12-31t19:00:00.000-05:00\"", "ab"},
      {"create_time < \"2026-01-01T00:00:00Z\"", ""},
      {"create_time <= \"2026-01-01T00:00:00Z\"", "ab"},
      {"create_time > \"2026-01-01T00:00:00Z\"", "c"},
      {"create_time>=\"2026-01-01T00:00:00z\"", "abc"},
      {"update_time > \"2026-02-01T00:00:00.499999Z\"", "bc"},
      {"update_time > \"2026-02-01T00:00:00.5Z\"", "c"},
      {"update_time >= \"2026-03-01T12:00:00.000002Z\"", "c"},
      {"update_time > \"0001-01-01T00:00:00Z\"", "abc"},
      {"update_time < \"9999-12-31T23:59:59.999999Z\"", "abc"},
  });
}

TEST(FilterTest, OrBindsCloserThanAnd) {
  ExpectAll({
      {"provider = lastpass AND state = SUSPENDED", "b"},
      {"state = ACTIVE OR state = DELETED", "ac"},
      // a OR (b AND c) would be "ac", and (a AND b) OR c "bc".
      {"state = DELETED OR state = ACTIVE AND environment = PRODUCTION", "a"},
      {"provider = other AND state = SUSPENDED OR state = DELETED", "c"},
      {"state = DELETED OR (state = ACTIVE AND environment = PRODUCTION)", "ac"},
      {"owner.id = a AND owner.id = b", ""},
      {"state=ACTIVE OR state=SUSPENDED OR state=DELETED AND health=SUSPECT OR health=HEALTHY",
       "ac"},
  });
}

TEST(FilterTest, NotAndMinusNegateWhatIsNext) {
  ExpectAll({
      {"NOT state = ACTIVE", "bc"},
      {"-state = ACTIVE", "bc"},
      {"- state = ACTIVE", "bc"},
      {"NOT state != ACTIVE", "a"},
      {"NOT state = ACTIVE AND provider = lastpass", "b"},
      {"NOT state = ACTIVE OR provider = lastpass", "abc"},
      {"NOT (state = ACTIVE OR provider = lastpass)", "c"},
      {"NOT(state = ACTIVE)", "bc"},
      {"-(state = ACTIVE OR -(state = DELETED))", "c"},
      {"(NOT (NOT (state = ACTIVE)))", "a"},
      {"owner.id = -x OR -state = ACTIVE", "bc"},
      {"health = UNHEALTHY AND NOT annotations.team = \"billing\"", "b"},
  });
}

TEST(FilterTest, WhiteSpaceCountsBetweenWordsOnly) {
  ExpectAll({
      {"  ( state=ACTIVE )  ", "a"},
      {"(state=ACTIVE)OR(state=DELETED)", "ac"},
      {"state\n=\tACTIVE\r\nOR state=DELETED", "ac"},
      {"label=\"Head*\"AND state=ACTIVE", "a"},
  });
}

TEST(FilterTest, OnePartIsNeverAlone) {
  const absl::StatusOr<AccountFilter> parsed = ParseFilter("((((state = ACTIVE))))");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->kind, AccountFilter::kComparison);
}

TEST(FilterTest, UnequalIsNotEqual) {
  const absl::StatusOr<AccountFilter> parsed = ParseFilter("annotations.team != x");
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed->kind, AccountFilter::kNot);
  ASSERT_EQ(parsed->parts.size(), 1u);
  EXPECT_EQ(parsed->parts[0].comparison.op, Comparison::kEqual);
  EXPECT_EQ(parsed->parts[0].comparison.key, "team");
  EXPECT_EQ(parsed->parts[0].comparison.text, "x");
}

TEST(FilterTest, TakesAsMuchAsItsLimitsSay) {
  std::vector<std::string> comparisons(32, "state = ACTIVE");
  EXPECT_EQ(Matching(absl::StrJoin(comparisons, " OR ")), "a");
  EXPECT_EQ(Matching(absl::StrCat(std::string(8, '('), "state = ACTIVE", std::string(8, ')'))),
            "a");
  std::string alternating = "state = ACTIVE";
  for (int level = 0; level < 8; ++level) {
    alternating = absl::StrCat("NOT (", alternating, " OR state = DELETED AND state != ACTIVE)");
  }
  EXPECT_TRUE(ParseFilter(alternating).ok()) << Matching(alternating);
  // Levels that are closed again do not add up.
  EXPECT_EQ(Matching("((((state = ACTIVE)))) OR (((((state = DELETED)))))"), "ac");
  EXPECT_TRUE(ParseFilter(std::string(1024, ' ')).ok());
  // Characters, not bytes.
  std::string label;
  for (int i = 0; i < 1024 - 10; ++i) label += "\xc3\x84";
  EXPECT_EQ(Matching(absl::StrCat("label = \"", label, "\"")), "");
}

}  // namespace
}  // namespace credlink
