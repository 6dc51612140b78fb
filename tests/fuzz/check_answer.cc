#include "tests/fuzz/check_answer.h"

#include <boost/json/parse.hpp>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "server/providers/lastpass/probe_answer.h"
#include "tests/fuzz/check.h"
#include "tests/providers/lastpass/feed.h"

namespace credlink::lastpass {
namespace {

namespace json = boost::json;

bool IsGoodStatus(const json::value* status) {
  if (status == nullptr) return true;
  if (!status->is_string()) return false;
  const absl::string_view text(status->get_string().data(), status->get_string().size());
  return absl::EqualsIgnoreCase(text, "ok") || absl::EqualsIgnoreCase(text, "success");
}

bool IsEmpty(const json::value* error) {
  return error == nullptr || *error == json::value(nullptr) || *error == json::value("") ||
         *error == json::value(json::array()) || *error == json::value(json::object());
}

bool IsNatural(const json::value* number) {
  return number != nullptr && number->is_int64() && number->get_int64() >= 0;
}

// The rule for user data, told again over a whole document; it cannot see repeated keys.
bool IsUserData(absl::string_view body, int64_t user_count) {
  json::error_code error;
  const json::value document = json::parse(json::string_view(body.data(), body.size()), error);
  if (error || !document.is_object()) return false;
  const json::object& root = document.get_object();
  const json::value* users = root.if_contains("Users");
  const bool has_users =
      users != nullptr && (users->is_object() || (users->is_array() && users->get_array().empty()));
  return has_users && IsNatural(root.if_contains("total")) &&
         root.at("total").get_int64() == user_count && IsNatural(root.if_contains("count")) &&
         IsGoodStatus(root.if_contains("status")) && IsEmpty(root.if_contains("error")) &&
         IsEmpty(root.if_contains("errors"));
}

// Attribute values are read with line breaks as spaces, and with character references resolved.
bool HasRefusalWords(absl::string_view body) {
  const std::string text = absl::AsciiStrToLower(
      absl::StrReplaceAll(body, {{"\r\n", " "}, {"\r", " "}, {"\n", " "}, {"\t", " "}}));
  return absl::StrContains(text, "authorization error") || absl::StrContains(text, "&#");
}

// Pieces of 1 to 16 bytes, chosen by the bytes themselves.
Pieces InUnevenPieces(absl::string_view body) {
  Pieces pieces;
  unsigned state = 1;
  while (!body.empty()) {
    state = state * 1664525 + 1013904223 + static_cast<unsigned char>(body[0]);
    const size_t size = 1 + (state >> 28);
    pieces.push_back(body.substr(0, size));
    body.remove_prefix(pieces.back().size());
  }
  return pieces;
}

}  // namespace

v1::Verdict::Outcome CheckAnswer(absl::string_view body) {
  const ProbeAnswer whole = AnswerWhole(200, body);
  Check(Answer(200, InPiecesOf(1, body)) == whole, "byte by byte is the same");
  Check(Answer(200, InUnevenPieces(body)) == whole, "in pieces is the same");
  if (whole.outcome == v1::Verdict::OUTCOME_INDETERMINATE) {
    Check(whole.reason != v1::ERROR_REASON_UNSPECIFIED, "not knowing has a reason");
    Check(whole.user_count == 0, "no count without proof");
    return whole.outcome;
  }

  const absl::string_view core = absl::StripAsciiWhitespace(body);
  if (whole.outcome == v1::Verdict::OUTCOME_VALID) {
    Check(IsUserData(body, whole.user_count), "VALID is user data");
  } else {
    Check(core[0] == '<' && HasRefusalWords(body), "INVALID is LastPass's refusal");
  }
  Check(AnswerWhole(200, core.substr(0, core.size() - 1)).outcome ==
            v1::Verdict::OUTCOME_INDETERMINATE,
        "without its last byte it is no proof");
  return whole.outcome;
}

}  // namespace credlink::lastpass
