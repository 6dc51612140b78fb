#include "server/accounts/filter.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/accounts/field_checks.h"
#include "server/accounts/filter_fields.h"
#include "server/accounts/filter_lexer.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

// Operators as they are written; one that begins with another stands before it.
struct Sign {
  absl::string_view text;
  Comparison::Operator op;
  bool negated;
  bool for_times_only;
};
constexpr Sign kSigns[] = {
    {"=", Comparison::kEqual, false, false},          {"!=", Comparison::kEqual, true, false},
    {"<=", Comparison::kLessOrEqual, false, true},    {"<", Comparison::kLess, false, true},
    {">=", Comparison::kGreaterOrEqual, false, true}, {">", Comparison::kGreater, false, true},
};

AccountFilter Not(AccountFilter part) {
  AccountFilter filter;
  filter.kind = AccountFilter::kNot;
  filter.parts.push_back(std::move(part));
  return filter;
}

AccountFilter FilterOf(Comparison comparison, bool negated) {
  AccountFilter filter;
  filter.kind = AccountFilter::kComparison;
  filter.comparison = std::move(comparison);
  return negated ? Not(std::move(filter)) : filter;
}

// filter      = [ conjunction ]
// conjunction = disjunction { "AND" disjunction }
// disjunction = term { "OR" term }
// term        = [ "NOT" | "-" ] ( "(" conjunction ")" | comparison )
class FilterParser {
 public:
  explicit FilterParser(absl::string_view filter) : lexer_(filter) {}

  absl::StatusOr<AccountFilter> Parse() {
    if (lexer_.AtEnd()) return AccountFilter();
    absl::StatusOr<AccountFilter> filter = ParseConjunction();
    if (filter.ok() && !lexer_.AtEnd()) return lexer_.Wrong("AND, OR or the end");
    return filter;
  }

 private:
  absl::StatusOr<AccountFilter> ParseConjunction() {
    return ParseJoined("AND", AccountFilter::kAnd, &FilterParser::ParseDisjunction);
  }

  absl::StatusOr<AccountFilter> ParseDisjunction() {
    return ParseJoined("OR", AccountFilter::kOr, &FilterParser::ParseTerm);
  }

  absl::StatusOr<AccountFilter> ParseJoined(absl::string_view keyword, AccountFilter::Kind kind,
                                            absl::StatusOr<AccountFilter> (FilterParser::*part)()) {
    AccountFilter joined;
    joined.kind = kind;
    do {
      absl::StatusOr<AccountFilter> next = (this->*part)();
      if (!next.ok()) return next.status();
      joined.parts.push_back(*std::move(next));
    } while (lexer_.TakeKeyword(keyword));
    if (joined.parts.size() > 1) return joined;
    AccountFilter alone = std::move(joined.parts.front());
    return alone;
  }

  absl::StatusOr<AccountFilter> ParseTerm() {
    const bool negated = lexer_.TakeKeyword("NOT") || lexer_.TakeSymbol("-");
    absl::StatusOr<AccountFilter> term = ParsePositive();
    if (!term.ok() || !negated) return term;
    return Not(*std::move(term));
  }

  absl::StatusOr<AccountFilter> ParsePositive() {
    const size_t start = lexer_.NextOffset();
    if (!lexer_.TakeSymbol("(")) return ParseComparison();
    if (levels_ == kMaxFilterParentheses) {
      return lexer_.WrongAt(
          start, absl::StrCat("at most ", kMaxFilterParentheses, " levels of parentheses"));
    }
    ++levels_;
    absl::StatusOr<AccountFilter> inner = ParseConjunction();
    if (!inner.ok()) return inner;
    if (!lexer_.TakeSymbol(")")) return lexer_.Wrong("AND, OR or )");
    --levels_;
    return inner;
  }

  absl::StatusOr<AccountFilter> ParseComparison() {
    const size_t start = lexer_.NextOffset();
    absl::string_view name = lexer_.TakeName();
    if (name.empty()) return lexer_.WrongAt(start, "a comparison");
    if (comparisons_ == kMaxFilterComparisons) {
      return lexer_.WrongAt(start, absl::StrCat("at most ", kMaxFilterComparisons, " comparisons"));
    }
    ++comparisons_;
    if (name == "annotations") return ParseHasAnnotation();
    if (absl::ConsumePrefix(&name, "annotations.")) return ParseAnnotation(std::string(name));
    const FilterField* field = FindFilterField(name);
    if (field == nullptr) return lexer_.WrongAt(start, FilterFieldNames());
    return ParseFieldComparison(*field);
  }

  // What follows `annotations` in `annotations:KEY`.
  absl::StatusOr<AccountFilter> ParseHasAnnotation() {
    if (!lexer_.TakeSymbol(":")) return lexer_.Wrong(". or : and an annotation's key");
    absl::StatusOr<FilterText> key = TakeKey();
    if (!key.ok()) return key.status();
    Comparison comparison;
    comparison.field = Comparison::kAnnotation;
    comparison.op = Comparison::kHas;
    comparison.key = std::move(key->text);
    return FilterOf(std::move(comparison), false);
  }

  // What follows `annotations.KEY`; the key is empty when it is in quotation marks.
  absl::StatusOr<AccountFilter> ParseAnnotation(std::string key) {
    if (key.empty()) {
      if (!lexer_.IsAtQuote()) return lexer_.Wrong(kKey);
      absl::StatusOr<FilterText> quoted = TakeKey();
      if (!quoted.ok()) return quoted.status();
      key = std::move(quoted->text);
    }
    constexpr FilterField kAnnotation = {"", Comparison::kAnnotation, FilterField::kText};
    absl::StatusOr<AccountFilter> filter = ParseFieldComparison(kAnnotation);
    if (!filter.ok()) return filter;
    AccountFilter& compared = filter->kind == AccountFilter::kNot ? filter->parts.front() : *filter;
    compared.comparison.key = std::move(key);
    return filter;
  }

  absl::StatusOr<FilterText> TakeKey() {
    const size_t start = lexer_.NextOffset();
    absl::StatusOr<FilterText> key = lexer_.TakeText(kKey);
    if (key.ok() && key->text.empty()) return lexer_.WrongAt(start, kKey);
    return key;
  }

  // What follows a field's name: an operator and a value.
  absl::StatusOr<AccountFilter> ParseFieldComparison(const FilterField& field) {
    const Sign* sign = TakeSign(field);
    if (sign == nullptr) {
      return lexer_.Wrong(field.kind == FilterField::kTime ? "=, !=, <, <=, > or >=" : "= or !=");
    }
    const std::string expected = ExpectedValue(field);
    const size_t start = lexer_.NextOffset();
    absl::StatusOr<FilterText> value = lexer_.TakeText(expected);
    if (!value.ok()) return value.status();
    Comparison comparison;
    comparison.op = sign->op;
    if (!SetValue(field, *std::move(value), comparison)) return lexer_.WrongAt(start, expected);
    return FilterOf(std::move(comparison), sign->negated);
  }

  const Sign* TakeSign(const FilterField& field) {
    for (const Sign& sign : kSigns) {
      const bool allowed = field.kind == FilterField::kTime || !sign.for_times_only;
      if (allowed && lexer_.TakeSymbol(sign.text)) return &sign;
    }
    return nullptr;
  }

  static constexpr absl::string_view kKey = "an annotation's key";

  FilterLexer lexer_;
  int comparisons_ = 0;
  int levels_ = 0;
};

}  // namespace

absl::StatusOr<AccountFilter> ParseFilter(absl::string_view filter) {
  if (Characters(filter) > kMaxFilterCharacters) {
    FieldFaults faults;
    faults.Add("filter", v1::ERROR_REASON_FIELD_TOO_LONG,
               absl::StrCat("Must have at most ", kMaxFilterCharacters, " characters."));
    return faults.ToStatus();
  }
  return FilterParser(filter).Parse();
}

}  // namespace credlink
