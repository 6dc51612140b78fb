// The choices behind a list's plan: which index drives it, and from where to where.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "absl/types/optional.h"
#include "server/store/account_filter.h"

namespace credlink::sqlite {

inline constexpr int64_t kFirst = std::numeric_limits<int64_t>::min();
inline constexpr int64_t kLast = std::numeric_limits<int64_t>::max();

// Whole microseconds, both ends included. Nothing when first > last.
struct Interval {
  int64_t first = kFirst;
  int64_t last = kLast;
  void Empty() { *this = {kLast, kFirst}; }
};

// Leaves of the interval what the comparison of a time also allows.
void Restrict(const Comparison& comparison, Interval& interval);

// The first text behind all that begin with `prefix`; nullopt when none is.
absl::optional<std::string> Behind(std::string prefix);

// How well an index of this comparison narrows a list; the least is the best, kUseless when there
// is none.
inline constexpr int kUseless = 100;
int Rank(const Comparison& comparison);

struct ColumnIndex {
  const char* column;
  const char* index;
};

// Of a field that Rank finds useful, annotations aside.
ColumnIndex IndexFor(Comparison::Field field);

// Whether it is compared with Comparison::number.
bool IsNumber(Comparison::Field field);

}  // namespace credlink::sqlite
