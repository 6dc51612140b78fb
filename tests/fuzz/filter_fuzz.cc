// The input is a filter. What is accepted keeps to the limits, and printed in one canonical way it
// reads as the same filter.
#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "server/accounts/filter.h"
#include "server/faults/faults.h"
#include "tests/fuzz/check.h"

namespace credlink {
namespace {

// Every level of parentheses can hold kAnd, kOr and kNot, and the innermost `!=`.
constexpr int kMaxDepth = 3 * (kMaxFilterParentheses + 1) + 2;

constexpr const char* kNames[] = {"owner.id",    "account_number", "provider", "label",
                                  "annotations", "state",          "health",   "environment",
                                  "create_time", "update_time"};
constexpr const char* kSigns[] = {"=", "=", ":", "<", "<=", ">", ">="};

struct Shape {
  int comparisons = 0;
  int depth = 1;
};

Shape ShapeOf(const AccountFilter& filter) {
  Shape shape;
  shape.comparisons = filter.kind == AccountFilter::kComparison ? 1 : 0;
  for (const AccountFilter& part : filter.parts) {
    const Shape inner = ShapeOf(part);
    shape.comparisons += inner.comparisons;
    shape.depth = std::max(shape.depth, inner.depth + 1);
  }
  const size_t parts = filter.parts.size();
  switch (filter.kind) {
    case AccountFilter::kAnd:
    case AccountFilter::kOr:
      Check(parts >= 2, "AND and OR join two or more");
      break;
    case AccountFilter::kNot:
      Check(parts == 1, "NOT is before one");
      break;
    case AccountFilter::kEverything:
    case AccountFilter::kComparison:
      Check(parts == 0, "a comparison has no parts");
      break;
  }
  return shape;
}

void CheckComparison(const Comparison& comparison) {
  switch (comparison.op) {
    case Comparison::kEqual:
      break;
    case Comparison::kPrefix:
      Check(comparison.field == Comparison::kLabel, "only labels have prefixes");
      break;
    case Comparison::kHas:
      Check(comparison.field == Comparison::kAnnotation, "only annotations are there or not");
      break;
    default:
      Check(comparison.field >= Comparison::kCreateTime, "only times come before each other");
      break;
  }
  Check((comparison.field == Comparison::kAnnotation) != comparison.key.empty(),
        "annotations alone have a key");
}

bool Same(const AccountFilter& a, const AccountFilter& b) {
  const Comparison& x = a.comparison;
  const Comparison& y = b.comparison;
  return a.kind == b.kind && x.field == y.field && x.op == y.op && x.key == y.key &&
         x.text == y.text && x.number == y.number &&
         std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(), Same);
}

// With `end` behind the text as it is.
std::string Quoted(absl::string_view text, const std::string& end = "") {
  const std::string escaped =
      absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"*", "\\*"}});
  return absl::StrCat("\"", escaped, end, "\"");
}

std::string Short(const std::string& enum_name, absl::string_view prefix) {
  return std::string(absl::StripPrefix(enum_name, prefix));
}

std::string PrintValue(const Comparison& comparison) {
  const int number = static_cast<int>(comparison.number);
  switch (comparison.field) {
    case Comparison::kState:
      return Short(v1::Account::State_Name(number), "STATE_");
    case Comparison::kHealth:
      return Short(v1::Account::Health_Name(number), "HEALTH_");
    case Comparison::kEnvironment:
      return Short(v1::Environment_Name(number), "ENVIRONMENT_");
    case Comparison::kCreateTime:
    case Comparison::kUpdateTime:
      return Quoted(absl::FormatTime("%E4Y-%m-%d%ET%H:%M:%E6SZ",
                                     absl::FromUnixMicros(comparison.number), absl::UTCTimeZone()));
    default:
      return Quoted(comparison.text, comparison.op == Comparison::kPrefix ? "*" : "");
  }
}

std::string Print(const Comparison& comparison, absl::string_view negation) {
  CheckComparison(comparison);
  const char* name = kNames[comparison.field];
  if (comparison.op == Comparison::kHas) return absl::StrCat(name, ":", Quoted(comparison.key));
  const std::string key =
      comparison.key.empty() ? std::string() : absl::StrCat(".", Quoted(comparison.key));
  return absl::StrCat(name, key, std::string(negation), kSigns[comparison.op],
                      PrintValue(comparison));
}

// Whether it is printed as one comparison, with `!=`.
bool IsUnequal(const AccountFilter& filter) {
  if (filter.kind != AccountFilter::kNot) return false;
  const AccountFilter& part = filter.parts.front();
  return part.kind == AccountFilter::kComparison &&
         (part.comparison.op == Comparison::kEqual || part.comparison.op == Comparison::kPrefix);
}

// With no more parentheses than it needs, so that no limit is in the way of reading it.
std::string Print(const AccountFilter& filter) {
  if (filter.kind == AccountFilter::kEverything) return "";
  if (filter.kind == AccountFilter::kComparison) return Print(filter.comparison, "");
  if (IsUnequal(filter)) return Print(filter.parts.front().comparison, "!");
  std::string printed;
  for (const AccountFilter& part : filter.parts) {
    const bool binds_closer =
        part.kind == AccountFilter::kComparison || IsUnequal(part) ||
        (part.kind == AccountFilter::kNot && filter.kind != AccountFilter::kNot) ||
        (part.kind == AccountFilter::kOr && filter.kind == AccountFilter::kAnd);
    const std::string inner = binds_closer ? Print(part) : absl::StrCat("(", Print(part), ")");
    if (filter.kind == AccountFilter::kNot) return absl::StrCat("NOT ", inner);
    if (!printed.empty()) printed += filter.kind == AccountFilter::kAnd ? " AND " : " OR ";
    printed += inner;
  }
  return printed;
}

void CheckAccepted(const AccountFilter& filter) {
  const Shape shape = ShapeOf(filter);
  Check(shape.comparisons <= kMaxFilterComparisons, "at most so many comparisons");
  Check(shape.depth <= kMaxDepth, "at most so deep");
  Check((shape.comparisons == 0) == (filter.kind == AccountFilter::kEverything),
        "comparing nothing is everything");
  const std::string printed = Print(filter);
  if (printed.size() > kMaxFilterCharacters) return;  // quotation marks made it longer
  const absl::StatusOr<AccountFilter> again = ParseFilter(printed);
  Check(again.ok() && Same(*again, filter), "printed it reads as the same");
  Check(Print(*again) == printed, "there is one way to print it");
}

void CheckFilter(absl::string_view filter) {
  const absl::StatusOr<AccountFilter> parsed = ParseFilter(filter);
  if (parsed.ok()) {
    CheckAccepted(*parsed);
    return;
  }
  const auto reason = ReasonOf(parsed.status());
  if (reason == v1::ERROR_REASON_FIELD_TOO_LONG) {
    Check(filter.size() > kMaxFilterCharacters, "only long filters are too long");
    return;
  }
  Check(reason == v1::ERROR_REASON_FILTER_INVALID, "a reason for refusing");
  Check(absl::StartsWith(parsed.status().message(), "filter: At character "), "with its position");
}

}  // namespace
}  // namespace credlink

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  credlink::CheckFilter(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
