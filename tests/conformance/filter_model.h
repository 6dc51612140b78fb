// Random accounts, every filter, and what lists of them should be, by hand.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "tests/conformance/samples.h"

namespace credlink {

inline constexpr int64_t kSecond = 1'000'000;  // in microseconds

struct FilterCase {
  std::string name;
  AccountFilter filter;
  std::function<bool(const v1::Account&)> meant;
};

// Every comparison, each negated, and random pairs by AND and by OR.
std::vector<FilterCase> AllCases(std::mt19937& random);

// The label, time and row of an account as ListOrder compares them.
std::tuple<std::string, int64_t, size_t> KeyOf(const v1::Account& account, ListOrder::Key key,
                                               size_t row);

// Random accounts in a store, and what lists of them should be.
class Model {
 public:
  using Applier = std::function<ChangeOutcome(ChangeSet)>;

  // Stores so many. Some are changed once they are stored, so that what indexes hold was moved.
  Model(const Applier& apply, int count);

  std::vector<std::string> ByHand(const FilterCase& filter, const ListQuery& query) const;

  const std::vector<v1::Account>& all() const { return all_; }  // in the order of storing
  std::mt19937& random() { return random_; }

 private:
  void Rewrite(const Applier& apply, int number, NewAccount& account);

  std::mt19937 random_{20260101};
  std::vector<v1::Account> all_;
};

}  // namespace credlink
