#include "server/providers/lastpass/pasted_text.h"

#include <algorithm>
#include <boost/locale/utf.hpp>
#include <cstddef>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace credlink::lastpass {
namespace {

using Utf8 = boost::locale::utf::utf_traits<char>;
using boost::locale::utf::code_point;

struct QuotePair {
  absl::string_view open;
  absl::string_view close;
};

// Straight marks, and the typographic pairs of the languages that editors put them in.
constexpr QuotePair kQuotePairs[] = {
    {"\"", "\""},         {"'", "'"},           {"`", "`"},           {"\u201c", "\u201d"},
    {"\u201e", "\u201c"}, {"\u201e", "\u201d"}, {"\u201d", "\u201d"}, {"\u2018", "\u2019"},
    {"\u201a", "\u2018"}, {"\u201a", "\u2019"}, {"\u2019", "\u2019"}, {"«", "»"},
    {"»", "«"},           {"\uff02", "\uff02"},
};

constexpr absl::string_view kDoubleQuotes[] = {"\"",     "\u201c", "\u201d", "\u201e",
                                               "\u201f", "«",      "»",      "\uff02"};
constexpr absl::string_view kSingleQuotes[] = {"'", "`", "\u2018", "\u2019", "\u201a"};

struct Range {
  code_point first;
  code_point last;
};

// Unicode's White_Space, and the characters that show nothing: soft hyphen, zero-width characters,
// direction marks, fillers.
constexpr Range kBlanks[] = {
    {0x09, 0x0d},     {0x20, 0x20},     {0x85, 0x85},     {0xa0, 0xa0},     {0xad, 0xad},
    {0x61c, 0x61c},   {0x115f, 0x1160}, {0x1680, 0x1680}, {0x180e, 0x180e}, {0x2000, 0x200f},
    {0x2028, 0x202f}, {0x205f, 0x206f}, {0x3000, 0x3000}, {0x3164, 0x3164}, {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff}, {0xffa0, 0xffa0},
};

bool IsBlank(code_point c) {
  return std::any_of(std::begin(kBlanks), std::end(kBlanks),
                     [c](const Range& range) { return range.first <= c && c <= range.last; });
}

bool IsControl(code_point c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); }

code_point First(absl::string_view text, size_t* size) {
  const char* begin = text.data();
  const char* at = begin;
  const code_point c = Utf8::decode(at, begin + text.size());
  *size = static_cast<size_t>(at - begin);
  return c;
}

code_point Last(absl::string_view text, size_t* size) {
  size_t start = text.size() - 1;
  while (start > 0 && Utf8::is_trail(text[start])) --start;
  *size = text.size() - start;
  size_t ignored;
  return First(text.substr(start), &ignored);
}

absl::string_view WithoutOuterBlanks(absl::string_view text) {
  size_t size;
  while (!text.empty() && IsBlank(First(text, &size))) text.remove_prefix(size);
  while (!text.empty() && IsBlank(Last(text, &size))) text.remove_suffix(size);
  return text;
}

absl::string_view WithoutQuotePair(absl::string_view text) {
  for (const QuotePair& pair : kQuotePairs) {
    absl::string_view inner = text;
    if (absl::ConsumePrefix(&inner, pair.open) && absl::ConsumeSuffix(&inner, pair.close)) {
      return inner;
    }
  }
  return text;
}

}  // namespace

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    size_t size;
    const code_point c = First(text, &size);
    if (c == boost::locale::utf::illegal || c == boost::locale::utf::incomplete) return false;
    text.remove_prefix(size);
  }
  return true;
}

Unwrapped Unwrap(absl::string_view text) {
  Unwrapped unwrapped;
  const absl::string_view outer = WithoutOuterBlanks(text);
  const absl::string_view quoted = WithoutQuotePair(outer);
  unwrapped.text = WithoutOuterBlanks(quoted);
  unwrapped.had_quotes = quoted.size() < outer.size();
  unwrapped.had_blanks = outer.size() < text.size() || unwrapped.text.size() < quoted.size();
  return unwrapped;
}

bool HasBlankOrControl(absl::string_view text) {
  while (!text.empty()) {
    size_t size;
    const code_point c = First(text, &size);
    if (IsBlank(c) || IsControl(c)) return true;
    text.remove_prefix(size);
  }
  return false;
}

bool HasStrayQuote(absl::string_view text) {
  const bool has_double =
      std::any_of(std::begin(kDoubleQuotes), std::end(kDoubleQuotes),
                  [text](absl::string_view mark) { return absl::StrContains(text, mark); });
  const bool has_single_at_end = std::any_of(
      std::begin(kSingleQuotes), std::end(kSingleQuotes), [text](absl::string_view mark) {
        return absl::StartsWith(text, mark) || absl::EndsWith(text, mark);
      });
  return has_double || has_single_at_end;
}

}  // namespace credlink::lastpass
