// What comes along when people copy a value: white space, invisible characters, quotation marks.
// Works on views of the input and copies nothing, for the input may be a secret.
#pragma once

#include "absl/strings/string_view.h"

namespace credlink::lastpass {

// Whether the text is UTF-8 (no overlong forms, no surrogates).
bool IsUtf8(absl::string_view text);

// What is left after taking away, in this order: blanks at both ends, one pair of quotation marks
// around the rest, blanks again. Blanks are white space and invisible characters (no-break and
// zero-width spaces, byte order marks, direction marks). `text` must be UTF-8.
struct Unwrapped {
  absl::string_view text;  // a part of the input
  bool had_blanks = false;
  bool had_quotes = false;
};
Unwrapped Unwrap(absl::string_view text);

// Whether a blank or a control character (NUL included) is anywhere in the text.
bool HasBlankOrControl(absl::string_view text);

// Whether a double quotation mark of any kind is anywhere in the text, or a single one at an end.
bool HasStrayQuote(absl::string_view text);

}  // namespace credlink::lastpass
