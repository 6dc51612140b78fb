#include "server/store/sqlite/list_driver.h"

#include <algorithm>

namespace credlink::sqlite {

void Restrict(const Comparison& comparison, Interval& interval) {
  const int64_t number = comparison.number;
  int64_t first = kFirst;
  int64_t last = kLast;
  switch (comparison.op) {
    case Comparison::kLess:
      if (number == kFirst) return interval.Empty();
      last = number - 1;
      break;
    case Comparison::kLessOrEqual:
      last = number;
      break;
    case Comparison::kGreater:
      if (number == kLast) return interval.Empty();
      first = number + 1;
      break;
    case Comparison::kGreaterOrEqual:
      first = number;
      break;
    default:
      first = last = number;
  }
  interval.first = std::max(interval.first, first);
  interval.last = std::min(interval.last, last);
}

absl::optional<std::string> Behind(std::string prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
  if (prefix.empty()) return absl::nullopt;
  ++prefix.back();
  return prefix;
}

// What few accounts have, such as being unhealthy, comes before what most have.
int Rank(const Comparison& comparison) {
  if (comparison.op == Comparison::kHas) return 4;
  if (comparison.op != Comparison::kEqual) return kUseless;
  switch (comparison.field) {
    case Comparison::kAccountNumber:
      return 0;
    case Comparison::kOwnerId:
      return 1;
    case Comparison::kAnnotation:
      return 2;
    case Comparison::kLabel:
      return 3;
    case Comparison::kState:
      return comparison.number == v1::Account::STATE_ACTIVE ? 8 : 5;
    case Comparison::kHealth:
      return comparison.number == v1::Account::HEALTH_HEALTHY ? 9 : 6;
    case Comparison::kEnvironment:
      return comparison.number == v1::ENVIRONMENT_PRODUCTION ? 10 : 7;
    case Comparison::kProvider:
      return 11;
    case Comparison::kCreateTime:
    case Comparison::kUpdateTime:
      break;
  }
  return kUseless;
}

ColumnIndex IndexFor(Comparison::Field field) {
  switch (field) {
    case Comparison::kAccountNumber:
      return {"account_number", "accounts_by_number"};
    case Comparison::kOwnerId:
      return {"owner_id", "accounts_by_owner"};
    case Comparison::kLabel:
      return {"label", "accounts_by_label"};
    case Comparison::kState:
      return {"state", "accounts_by_state"};
    case Comparison::kHealth:
      return {"health", "accounts_by_health"};
    case Comparison::kEnvironment:
      return {"environment", "accounts_by_environment"};
    default:
      return {"provider", "accounts_by_provider"};
  }
}

bool IsNumber(Comparison::Field field) {
  return field == Comparison::kState || field == Comparison::kHealth ||
         field == Comparison::kEnvironment;
}

}  // namespace credlink::sqlite
