#include "server/accounts/filter_fields.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "credlink/v1/account.pb.h"

namespace credlink {
namespace {

constexpr FilterField kFields[] = {
    {"owner.id", Comparison::kOwnerId, FilterField::kText},
    {"account_number", Comparison::kAccountNumber, FilterField::kText},
    {"provider", Comparison::kProvider, FilterField::kText},
    {"label", Comparison::kLabel, FilterField::kText},
    {"state", Comparison::kState, FilterField::kEnum},
    {"health", Comparison::kHealth, FilterField::kEnum},
    {"environment", Comparison::kEnvironment, FilterField::kEnum},
    {"create_time", Comparison::kCreateTime, FilterField::kTime},
    {"update_time", Comparison::kUpdateTime, FilterField::kTime},
};

struct EnumNames {
  const google::protobuf::EnumDescriptor* type;
  std::string prefix;  // of its values' names
};

EnumNames NamesOf(Comparison::Field field) {
  switch (field) {
    case Comparison::kState:
      return {v1::Account::State_descriptor(), "STATE_"};
    case Comparison::kHealth:
      return {v1::Account::Health_descriptor(), "HEALTH_"};
    default:
      return {v1::Environment_descriptor(), "ENVIRONMENT_"};
  }
}

bool SetEnum(const std::string& text, Comparison& comparison) {
  const EnumNames names = NamesOf(comparison.field);
  const auto* value = names.type->FindValueByName(absl::StrCat(names.prefix, text));
  if (value == nullptr || value->number() == 0) return false;
  comparison.number = value->number();
  return true;
}

// "2026-01-31T12:00:00" with or without a fraction, then "Z" or "+01:00": absl::ParseTime alone
// takes more than RFC 3339 does, such as "infinite-future".
bool HasShapeOfTime(absl::string_view text) {
  constexpr absl::string_view kShape = "0000-00-00T00:00:00";
  const auto take = [&text](absl::string_view shape) {
    if (text.size() < shape.size()) return false;
    for (size_t i = 0; i < shape.size(); ++i) {
      const bool fits =
          shape[i] == '0' ? absl::ascii_isdigit(text[i]) : absl::ascii_toupper(text[i]) == shape[i];
      if (!fits) return false;
    }
    text.remove_prefix(shape.size());
    return true;
  };
  if (!take(kShape)) return false;
  if (take(".0")) {
    while (take("0")) continue;
  }
  return (take("Z") || take("+00:00") || take("-00:00")) && text.empty();
}

bool SetTime(const std::string& text, Comparison& comparison) {
  // What google.protobuf.Timestamp can say.
  static const absl::Time kFirst = absl::FromUnixSeconds(-62135596800);
  static const absl::Time kEnd = absl::FromUnixSeconds(253402300800);
  absl::Time time;
  if (!HasShapeOfTime(text) ||
      !absl::ParseTime(absl::RFC3339_full, absl::AsciiStrToUpper(text), &time, nullptr) ||
      time < kFirst || time >= kEnd) {
    return false;
  }
  comparison.number = absl::ToUnixMicros(time);
  return true;
}

// `label = "Head*"`. In a bare text there can be no star.
void SetText(FilterText value, Comparison& comparison) {
  const bool star = absl::EndsWith(value.text, "*") && !value.ends_in_escape;
  if (comparison.field == Comparison::kLabel && star) {
    comparison.op = Comparison::kPrefix;
    value.text.pop_back();
  }
  comparison.text = std::move(value.text);
}

}  // namespace

const FilterField* FindFilterField(absl::string_view name) {
  const auto* found = std::find_if(std::begin(kFields), std::end(kFields),
                                   [name](const FilterField& field) { return field.name == name; });
  return found == std::end(kFields) ? nullptr : found;
}

absl::string_view FilterFieldNames() {
  static const auto* const names = new std::string([] {
    std::vector<absl::string_view> fields;
    for (const FilterField& field : kFields) fields.push_back(field.name);
    return absl::StrCat(absl::StrJoin(fields, ", "), ", annotations.KEY or annotations:KEY");
  }());
  return *names;
}

std::string ExpectedValue(const FilterField& field) {
  if (field.kind == FilterField::kText) return "a text";
  if (field.kind == FilterField::kTime) {
    return R"(a time of RFC 3339 in double quotes, such as "2026-01-31T12:00:00Z")";
  }
  const EnumNames names = NamesOf(field.field);
  std::vector<std::string> values;
  for (int i = 0; i < names.type->value_count(); ++i) {
    const auto* value = names.type->value(i);
    if (value->number() == 0) continue;  // unspecified
    values.emplace_back(absl::StripPrefix(value->name(), names.prefix));
  }
  return absl::StrJoin(values, " or ");
}

bool SetValue(const FilterField& field, FilterText value, Comparison& comparison) {
  comparison.field = field.field;
  switch (field.kind) {
    case FilterField::kText:
      SetText(std::move(value), comparison);
      return true;
    case FilterField::kEnum:
      return SetEnum(value.text, comparison);
    case FilterField::kTime:
      return value.quoted && SetTime(value.text, comparison);
  }
  return false;
}

}  // namespace credlink
