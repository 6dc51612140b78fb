// The words and signs of a filter, for its parser.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace credlink {

// A text in a filter, without its quotation marks and escapes.
struct FilterText {
  std::string text;
  bool quoted = false;
  bool ends_in_escape = false;  // its last character was escaped
};

// Takes what the parser asks for from the front of a filter, behind white space. What a run of
// letters and signs is depends on where it stands (`-` negates, or is part of a text), so the
// parser decides, and nothing is cut into tokens before. Takes time in proportion to the filter.
class FilterLexer {
 public:
  explicit FilterLexer(absl::string_view filter) : filter_(filter) {}

  bool AtEnd();

  // Takes `symbol` if it comes next.
  bool TakeSymbol(absl::string_view symbol);

  // Takes AND, OR or NOT if it comes next as a word of its own.
  bool TakeKeyword(absl::string_view keyword);

  // A run of letters, digits and `_./-`, as in a field's name; empty when there is none.
  absl::string_view TakeName();

  // Whether a quotation mark comes next, without white space before it.
  bool IsAtQuote() const;

  // A quoted or bare text; `expected` says what it should have been where there is none.
  absl::StatusOr<FilterText> TakeText(absl::string_view expected);

  // Where the next thing begins, for WrongAt.
  size_t NextOffset();

  // FILTER_INVALID: the position of `offset`, counted in characters from 1, and what was expected.
  absl::Status WrongAt(size_t offset, absl::string_view expected) const;

  // The same, of what comes next.
  absl::Status Wrong(absl::string_view expected) { return WrongAt(NextOffset(), expected); }

 private:
  void SkipSpace();
  absl::string_view PeekBareText() const;
  absl::StatusOr<FilterText> TakeQuotedText();
  absl::StatusOr<FilterText> TakeBareText(absl::string_view expected);

  const absl::string_view filter_;
  size_t offset_ = 0;
};

}  // namespace credlink
