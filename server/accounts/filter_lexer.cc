#include "server/accounts/filter_lexer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/accounts/field_checks.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

constexpr absl::string_view kBarePunctuation = "._:@/+-";
constexpr absl::string_view kNamePunctuation = "._/-";

// The beginning of `text` that consists of letters, digits and `punctuation`.
absl::string_view LeadingWord(absl::string_view text, absl::string_view punctuation) {
  const auto* end = std::find_if_not(text.begin(), text.end(), [punctuation](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains(punctuation, absl::string_view(&c, 1));
  });
  return text.substr(0, end - text.begin());
}

bool IsKeyword(absl::string_view word) { return word == "AND" || word == "OR" || word == "NOT"; }

}  // namespace

bool FilterLexer::AtEnd() { return NextOffset() == filter_.size(); }

bool FilterLexer::TakeSymbol(absl::string_view symbol) {
  SkipSpace();
  if (!absl::StartsWith(filter_.substr(offset_), symbol)) return false;
  offset_ += symbol.size();
  return true;
}

bool FilterLexer::TakeKeyword(absl::string_view keyword) {
  SkipSpace();
  if (PeekBareText() != keyword) return false;
  offset_ += keyword.size();
  return true;
}

absl::string_view FilterLexer::TakeName() {
  SkipSpace();
  const absl::string_view name = LeadingWord(filter_.substr(offset_), kNamePunctuation);
  offset_ += name.size();
  return name;
}

bool FilterLexer::IsAtQuote() const { return offset_ < filter_.size() && filter_[offset_] == '"'; }

absl::StatusOr<FilterText> FilterLexer::TakeText(absl::string_view expected) {
  SkipSpace();
  return IsAtQuote() ? TakeQuotedText() : TakeBareText(expected);
}

absl::StatusOr<FilterText> FilterLexer::TakeQuotedText() {
  FilterText text;
  text.quoted = true;
  for (++offset_; offset_ < filter_.size(); ++offset_) {
    if (filter_[offset_] == '"') {
      ++offset_;
      return text;
    }
    text.ends_in_escape = filter_[offset_] == '\\';
    if (text.ends_in_escape) {
      ++offset_;
      if (offset_ == filter_.size()) break;
      if (!absl::StrContains("\"\\*", filter_.substr(offset_, 1))) {
        return WrongAt(offset_, "a quotation mark, a backslash or a star behind the backslash");
      }
    }
    text.text.push_back(filter_[offset_]);
  }
  return WrongAt(offset_, "a closing quotation mark");
}

absl::StatusOr<FilterText> FilterLexer::TakeBareText(absl::string_view expected) {
  const absl::string_view word = PeekBareText();
  if (word.empty()) return WrongAt(offset_, expected);
  if (IsKeyword(word)) {
    return WrongAt(offset_, absl::StrCat(std::string(expected),
                                         "; a text that is AND, OR or NOT needs double quotes"));
  }
  offset_ += word.size();
  // Such as `label = Head*`: two faults of the same kind, so both ways out are named.
  if (offset_ < filter_.size() && !absl::ascii_isspace(filter_[offset_]) &&
      filter_[offset_] != ')') {
    return WrongAt(offset_, "a space, or double quotes around the whole text");
  }
  FilterText text;
  text.text = std::string(word);
  return text;
}

size_t FilterLexer::NextOffset() {
  SkipSpace();
  return offset_;
}

absl::Status FilterLexer::WrongAt(size_t offset, absl::string_view expected) const {
  FieldFaults faults;
  faults.Add("filter", v1::ERROR_REASON_FILTER_INVALID,
             absl::StrCat("At character ", Characters(filter_.substr(0, offset)) + 1, ": expected ",
                          expected, "."));
  return faults.ToStatus();
}

void FilterLexer::SkipSpace() {
  while (offset_ < filter_.size() && absl::ascii_isspace(filter_[offset_])) ++offset_;
}

absl::string_view FilterLexer::PeekBareText() const {
  return LeadingWord(filter_.substr(offset_), kBarePunctuation);
}

}  // namespace credlink
