#include "server/providers/lastpass/credentials_reader.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "server/providers/lastpass/pasted_text.h"

namespace credlink::lastpass {
namespace {

constexpr char kCredentialsField[] = "credentials.lastpass";
constexpr size_t kMaxDigits = 10;
constexpr size_t kMaxAccountNumberInput = 256;
constexpr size_t kMaxHash = 1024;
// An account number field that holds this many letters and digits holds a hash.
constexpr size_t kShortestLikelyHash = 16;
// A text with special characters that is shorter than this is a person's password.
constexpr size_t kLongestLikelyPassword = 23;

constexpr char kAccountNumberTooLong[] = "The account number must be at most 10 digits.";
constexpr char kHashTooLong[] = "The provisioning hash must be at most 1024 bytes long.";

struct Field {
  const char* path;
  const char* blanks_note;
  const char* quotes_note;
};
constexpr Field kAccountNumber = {kAccountNumberField,
                                  "White space around the account number was removed.",
                                  "The quotation marks around the account number were removed."};
constexpr Field kHash = {kProvisioningHashField,
                         "White space around the provisioning hash was removed.",
                         "The quotation marks around the provisioning hash were removed."};

bool AllOf(absl::string_view text, bool (*is)(unsigned char)) {
  return std::all_of(text.begin(), text.end(), is);
}

bool IsAccountNumber(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxDigits && AllOf(text, absl::ascii_isdigit);
}

bool LooksLikeHash(absl::string_view text) {
  return text.size() >= kShortestLikelyHash && AllOf(text, absl::ascii_isalnum);
}

bool IsEmail(absl::string_view text) {
  const size_t at = text.find('@');
  if (at == 0 || at == absl::string_view::npos || HasBlankOrControl(text)) return false;
  const absl::string_view domain = text.substr(at + 1);
  const size_t dot = domain.rfind('.');
  return dot != absl::string_view::npos && dot > 0 && dot + 1 < domain.size() &&
         !absl::StrContains(domain, '@');
}

bool IsPassword(absl::string_view text) {
  const bool has_special = std::any_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_isascii(c) && !absl::ascii_isalnum(c);
  });
  return has_special && text.size() <= kLongestLikelyPassword;
}

// UNSPECIFIED when there is none. `text` is unwrapped.
v1::ErrorReason FaultOfHash(absl::string_view text) {
  if (text.empty()) return v1::ERROR_REASON_HASH_EMPTY;
  if (absl::StartsWithIgnoreCase(text, "lpkey_")) return v1::ERROR_REASON_HASH_IS_REST_KEY;
  if (IsEmail(text)) return v1::ERROR_REASON_HASH_IS_EMAIL;
  if (HasStrayQuote(text)) return v1::ERROR_REASON_HASH_HAS_QUOTES;
  if (HasBlankOrControl(text)) return v1::ERROR_REASON_HASH_HAS_SPACES;
  if (IsPassword(text)) return v1::ERROR_REASON_HASH_IS_PASSWORD;
  return v1::ERROR_REASON_UNSPECIFIED;
}

// UNSPECIFIED when there is none. `text` is unwrapped.
v1::ErrorReason FaultOfAccountNumber(absl::string_view text) {
  if (text.empty()) return v1::ERROR_REASON_FIELD_REQUIRED;
  const bool is_zero = text.find_first_not_of('0') == absl::string_view::npos;
  return IsAccountNumber(text) && !is_zero ? v1::ERROR_REASON_UNSPECIFIED
                                           : v1::ERROR_REASON_CID_MALFORMED;
}

void AddNote(const Field& field, const char* message, std::vector<v1::InputNote>& notes) {
  v1::InputNote& note = notes.emplace_back();
  note.set_field(field.path);
  note.set_message(message);
}

void AddNotes(const Field& field, const Unwrapped& value, std::vector<v1::InputNote>& notes) {
  if (value.had_blanks) AddNote(field, field.blanks_note, notes);
  if (value.had_quotes) AddNote(field, field.quotes_note, notes);
}

// The field without its wrapping; nullopt when it cannot be read at all, which is then a fault.
absl::optional<Unwrapped> ReadAccountNumber(absl::string_view input, FieldFaults& faults) {
  if (input.size() > kMaxAccountNumberInput) {
    faults.Add(kAccountNumber.path, v1::ERROR_REASON_FIELD_TOO_LONG, kAccountNumberTooLong);
    return absl::nullopt;
  }
  if (!IsUtf8(input)) {
    faults.Add(kAccountNumber.path, v1::ERROR_REASON_FIELD_MALFORMED);
    return absl::nullopt;
  }
  return Unwrap(input);
}

absl::optional<Unwrapped> ReadHash(absl::string_view input, FieldFaults& faults) {
  if (!IsUtf8(input)) {
    faults.Add(kHash.path, v1::ERROR_REASON_FIELD_MALFORMED);
    return absl::nullopt;
  }
  Unwrapped hash = Unwrap(input);
  if (hash.text.size() > kMaxHash) {
    faults.Add(kHash.path, v1::ERROR_REASON_FIELD_TOO_LONG, kHashTooLong);
    return absl::nullopt;
  }
  return hash;
}

// Whether there is no fault.
bool Check(const Field& field, v1::ErrorReason fault, FieldFaults& faults) {
  if (fault == v1::ERROR_REASON_UNSPECIFIED) return true;
  faults.Add(field.path, fault);
  return false;
}

}  // namespace

absl::optional<ReadCredentials> ReadLastPassCredentials(const v1::Credentials& input,
                                                        FieldFaults& faults) {
  if (!input.has_lastpass()) {
    faults.Add(kCredentialsField, v1::ERROR_REASON_FIELD_REQUIRED);
    return absl::nullopt;
  }
  const auto cid = ReadAccountNumber(input.lastpass().account_number(), faults);
  const auto hash = ReadHash(input.lastpass().provisioning_hash(), faults);
  if (cid && hash && IsAccountNumber(hash->text) && LooksLikeHash(cid->text)) {
    faults.Add(kAccountNumber.path, v1::ERROR_REASON_FIELDS_SWAPPED);
    return absl::nullopt;
  }
  const bool good_cid = cid && Check(kAccountNumber, FaultOfAccountNumber(cid->text), faults);
  const bool good_hash = hash && Check(kHash, FaultOfHash(hash->text), faults);
  if (!good_cid || !good_hash) return absl::nullopt;

  ReadCredentials read;
  const absl::string_view number = cid->text.substr(cid->text.find_first_not_of('0'));
  AddNotes(kAccountNumber, *cid, read.notes);
  if (number.size() < cid->text.size()) {
    AddNote(kAccountNumber, "Leading zeros of the account number were dropped.", read.notes);
  }
  AddNotes(kHash, *hash, read.notes);
  read.credentials.account_number = std::string(number);
  read.credentials.secret = Secret(hash->text);
  return read;
}

}  // namespace credlink::lastpass
