#include "server/accounts/field_checks.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace credlink {
namespace {

constexpr size_t kMaxRequestId = 64;
constexpr size_t kMaxAnnotations = 32;
constexpr size_t kMaxAnnotationKey = 63;
constexpr size_t kMaxAnnotationValue = 256;

// C0, DEL, or C1, which UTF-8 writes as C2 80 to C2 9F.
bool HasControl(absl::string_view text) {
  bool after_c2 = false;
  return std::any_of(text.begin(), text.end(), [&after_c2](unsigned char c) {
    const bool is_c1 = after_c2 && c < 0xa0;
    after_c2 = c == 0xc2;
    return absl::ascii_iscntrl(c) || is_c1;
  });
}

bool IsAnnotationKey(absl::string_view key) {
  return !key.empty() && key.size() <= kMaxAnnotationKey && absl::ascii_isalnum(key.front()) &&
         std::none_of(key.begin(), key.end(), [](char c) { return absl::ascii_isupper(c); }) &&
         HasOnly(key, "._/-");
}

}  // namespace

size_t Characters(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; });
}

bool HasOnly(absl::string_view text, absl::string_view punctuation) {
  return std::all_of(text.begin(), text.end(), [punctuation](char c) {
    return absl::ascii_isalnum(c) || punctuation.find(c) != absl::string_view::npos;
  });
}

void CheckText(absl::string_view field, absl::string_view text, size_t limit, FieldFaults& faults) {
  if (Characters(text) > limit) {
    faults.Add(field, v1::ERROR_REASON_FIELD_TOO_LONG,
               absl::StrCat("Must have at most ", limit, " characters."));
  } else if (HasControl(text)) {
    faults.Add(field, v1::ERROR_REASON_FIELD_MALFORMED, "Must not have control characters.");
  }
}

void CheckAnnotations(absl::string_view field,
                      const google::protobuf::Map<std::string, std::string>& annotations,
                      FieldFaults& faults) {
  if (annotations.size() > kMaxAnnotations) {
    faults.Add(field, v1::ERROR_REASON_FIELD_TOO_LONG,
               absl::StrCat("Must have at most ", kMaxAnnotations, " pairs."));
    return;
  }
  // One fault for all keys and one of a kind for all values: a key that is wrong may be anything,
  // so it is not named.
  bool bad_key = false;
  bool long_value = false;
  bool control_value = false;
  for (const auto& [key, value] : annotations) {
    bad_key |= !IsAnnotationKey(key);
    long_value |= Characters(value) > kMaxAnnotationValue;
    control_value |= HasControl(value);
  }
  if (bad_key) {
    faults.Add(field, v1::ERROR_REASON_FIELD_MALFORMED,
               "Keys must be 1 to 63 characters [a-z0-9._/-] and begin with a letter or digit.");
  }
  if (long_value) {
    faults.Add(field, v1::ERROR_REASON_FIELD_TOO_LONG, "Values must have at most 256 characters.");
  }
  if (control_value) {
    faults.Add(field, v1::ERROR_REASON_FIELD_MALFORMED, "Values must not have control characters.");
  }
}

void CheckEnvironment(absl::string_view field, v1::Environment environment, FieldFaults& faults) {
  if (v1::Environment_IsValid(environment)) return;
  faults.Add(field, v1::ERROR_REASON_FIELD_MALFORMED,
             "Must be ENVIRONMENT_PRODUCTION or ENVIRONMENT_TEST.");
}

void CheckRequestId(absl::string_view request_id, FieldFaults& faults) {
  if (request_id.size() <= kMaxRequestId && HasOnly(request_id, "-_.")) return;
  faults.Add("request_id", v1::ERROR_REASON_FIELD_MALFORMED,
             "Must be 1 to 64 characters of letters, digits and -_., such as a UUID.");
}

}  // namespace credlink
