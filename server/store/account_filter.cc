#include "server/store/account_filter.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "server/store/micros.h"

namespace credlink {
namespace {

bool MatchesText(const Comparison& comparison, const std::string& value) {
  return comparison.op == Comparison::kPrefix ? absl::StartsWith(value, comparison.text)
                                              : value == comparison.text;
}

bool MatchesNumber(const Comparison& comparison, int64_t value) {
  switch (comparison.op) {
    case Comparison::kLess:
      return value < comparison.number;
    case Comparison::kLessOrEqual:
      return value <= comparison.number;
    case Comparison::kGreater:
      return value > comparison.number;
    case Comparison::kGreaterOrEqual:
      return value >= comparison.number;
    default:
      return value == comparison.number;
  }
}

bool MatchesAnnotation(const Comparison& comparison, const v1::Account& account) {
  const auto found = account.annotations().find(comparison.key);
  if (found == account.annotations().end()) return false;
  return comparison.op == Comparison::kHas || found->second == comparison.text;
}

bool Matches(const Comparison& comparison, const v1::Account& account) {
  switch (comparison.field) {
    case Comparison::kOwnerId:
      return MatchesText(comparison, account.owner().id());
    case Comparison::kAccountNumber:
      return MatchesText(comparison, account.account_number());
    case Comparison::kProvider:
      return MatchesText(comparison, account.provider());
    case Comparison::kLabel:
      return MatchesText(comparison, account.label());
    case Comparison::kAnnotation:
      return MatchesAnnotation(comparison, account);
    case Comparison::kState:
      return MatchesNumber(comparison, account.state());
    case Comparison::kHealth:
      return MatchesNumber(comparison, account.health());
    case Comparison::kEnvironment:
      return MatchesNumber(comparison, account.environment());
    case Comparison::kCreateTime:
      return MatchesNumber(comparison, Micros(account.create_time()));
    case Comparison::kUpdateTime:
      return MatchesNumber(comparison, Micros(account.update_time()));
  }
  return false;
}

}  // namespace

bool Matches(const AccountFilter& filter, const v1::Account& account) {
  const auto matches = [&account](const AccountFilter& part) { return Matches(part, account); };
  switch (filter.kind) {
    case AccountFilter::kEverything:
      return true;
    case AccountFilter::kComparison:
      return Matches(filter.comparison, account);
    case AccountFilter::kAnd:
      return std::all_of(filter.parts.begin(), filter.parts.end(), matches);
    case AccountFilter::kOr:
      return std::any_of(filter.parts.begin(), filter.parts.end(), matches);
    case AccountFilter::kNot:
      return std::none_of(filter.parts.begin(), filter.parts.end(), matches);
  }
  return false;
}

}  // namespace credlink
