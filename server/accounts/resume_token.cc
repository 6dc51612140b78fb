#include "server/accounts/resume_token.h"

#include "absl/strings/escaping.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

constexpr size_t kDigestBytes = 8;
constexpr size_t kSequenceBytes = 8;
constexpr size_t kTokenChars = 22;

std::string Encode(int64_t sequence) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(static_cast<uint64_t>(sequence) >> shift));
  }
  return bytes;
}

int64_t Decode(absl::string_view bytes) {
  uint64_t sequence = 0;
  for (const char byte : bytes) sequence = sequence << 8 | static_cast<unsigned char>(byte);
  return static_cast<int64_t>(sequence);
}

}  // namespace

std::string MakeResumeToken(const KeyRing& keys, absl::string_view tenant, int64_t sequence) {
  const std::string place = Encode(sequence);
  const std::string digest = keys.Digest("resume-token", tenant, place, Secret());
  return absl::WebSafeBase64Escape(place + digest.substr(0, kDigestBytes));
}

absl::StatusOr<int64_t> ReadResumeToken(const KeyRing& keys, absl::string_view tenant,
                                        absl::string_view token) {
  std::string bytes;
  if (token.size() == kTokenChars && absl::WebSafeBase64Unescape(token, &bytes) &&
      bytes.size() == kSequenceBytes + kDigestBytes) {
    const int64_t sequence = Decode(absl::string_view(bytes).substr(0, kSequenceBytes));
    // Made anew and compared as text, for Base64 has several texts for some bytes.
    if (sequence >= 0 && MakeResumeToken(keys, tenant, sequence) == token) return sequence;
  }
  FieldFaults faults;
  faults.Add("resume_token", v1::ERROR_REASON_RESUME_TOKEN_INVALID);
  return faults.ToStatus();
}

}  // namespace credlink
