// Which accounts of a list are meant: what ListAccountsRequest.filter says, read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "credlink/v1/account.pb.h"

namespace credlink {

// One field against one value.
struct Comparison {
  enum Field {
    kOwnerId,
    kAccountNumber,
    kProvider,
    kLabel,
    kAnnotation,
    kState,
    kHealth,
    kEnvironment,
    kCreateTime,
    kUpdateTime,
  };
  enum Operator {
    kEqual,
    kPrefix,  // kLabel: begins with `text`
    kHas,     // kAnnotation: there is one with that key
    kLess,    // this and the rest: times
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
  };
  Field field = kOwnerId;
  Operator op = kEqual;
  std::string key{};   // of kAnnotation
  std::string text{};  // what texts are compared with
  int64_t number = 0;  // what the rest is: the enum's number, or microseconds since 1970
};

// A tree of comparisons. As deep as the parser allows, so recursion over it is safe.
struct AccountFilter {
  enum Kind { kEverything, kComparison, kAnd, kOr, kNot };
  Kind kind = kEverything;
  Comparison comparison{};             // kComparison
  std::vector<AccountFilter> parts{};  // kAnd, kOr: two or more; kNot: one
};

// The one meaning of a filter. A field that is not set compares as empty or 0; an annotation that
// is not there equals nothing.
bool Matches(const AccountFilter& filter, const v1::Account& account);

}  // namespace credlink
