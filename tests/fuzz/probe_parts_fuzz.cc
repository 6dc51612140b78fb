// The input tells which parts of LastPass's answers to put together: bodies that are almost right,
// which changing single bytes finds too rarely. A part is chosen by a byte modulo 16, so that '@'
// is the first and 'O' the last; a member of the JSON object takes two. A first byte 'x' means XML.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/check_answer.h"

namespace credlink::lastpass {
namespace {

constexpr size_t kMaxChoices = 64;

constexpr char kEscapedTotal[] = R"("\u0074otal")";

constexpr const char* kKeys[16] = {R"("total")",  R"("count")",   R"("Users")",  R"("status")",
                                   R"("error")",  R"("errors")",  R"("Total")",  R"("STATUS")",
                                   R"("Errors")", R"("Groups")",  kEscapedTotal, R"("users")",
                                   R"("")",       R"("invited")", R"("Users ")", R"("total")"};

constexpr const char* kValues[16] = {
    "0",  "1",   "-1",    "-0",      "1.0",  "1e1",       "null",        "{}",
    "[]", "[1]", R"("")", R"("OK")", "true", R"("FAIL")", R"({"1":{}})", "9223372036854775808"};

constexpr const char* kMarkup[16] = {"<lastpass",
                                     " rc=\"Authorization Error\"",
                                     "/>",
                                     ">",
                                     "</lastpass>",
                                     " rc=\"x\"",
                                     " rc='&#65;uthorization\nerror'",
                                     "<a",
                                     "</a>",
                                     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
                                     "<!DOCTYPE lastpass>",
                                     "<!--",
                                     "-->",
                                     "Authorization Error",
                                     "\n",
                                     "<![CDATA["};

void CheckJsonObject(absl::string_view choices) {
  std::string body = "{";
  std::map<absl::string_view, int> times;
  for (; choices.size() >= 2; choices.remove_prefix(2)) {
    const absl::string_view key = kKeys[choices[0] & 15];
    ++times[key == kEscapedTotal ? kKeys[0] : key];
    absl::StrAppend(&body, body.size() > 1 ? "," : "", key, ":", kValues[choices[1] & 15]);
  }
  body += '}';
  const v1::Verdict::Outcome outcome = CheckAnswer(body);
  Check(outcome != v1::Verdict::OUTCOME_INVALID, "JSON is no refusal");
  if (outcome != v1::Verdict::OUTCOME_VALID) return;
  for (int key = 0; key < 6; ++key) {
    Check(times[kKeys[key]] <= 1, "VALID has no key twice that matters");
  }
}

void CheckMarkup(absl::string_view choices) {
  std::string body;
  for (char choice : choices) body += kMarkup[choice & 15];
  Check(CheckAnswer(body) != v1::Verdict::OUTCOME_VALID, "markup proves nothing good");
}

}  // namespace
}  // namespace credlink::lastpass

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace credlink::lastpass;  // NOLINT(build/namespaces): C linkage
  const absl::string_view choices(reinterpret_cast<const char*>(data), size);
  if (choices.empty()) return 0;
  if (choices[0] == 'x') {
    CheckMarkup(choices.substr(1, kMaxChoices));
  } else {
    CheckJsonObject(choices.substr(1, kMaxChoices));
  }
  return 0;
}
