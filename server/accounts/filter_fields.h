// What a filter may compare, and with what.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "google/protobuf/descriptor.h"
#include "server/accounts/filter_lexer.h"
#include "server/store/account_filter.h"

namespace credlink {

struct FilterField {
  enum Kind { kText, kEnum, kTime };
  absl::string_view name;
  Comparison::Field field;
  Kind kind;
};

// nullptr when there is none of that name. Annotations, whose names have a key behind them, are not
// among them.
const FilterField* FindFilterField(absl::string_view name);

// For faults: what a comparison may begin with, and what the field is compared with.
absl::string_view FilterFieldNames();
std::string ExpectedValue(const FilterField& field);

// Sets what the comparison compares with. False when it is not what ExpectedValue says.
bool SetValue(const FilterField& field, FilterText value, Comparison& comparison);

}  // namespace credlink
