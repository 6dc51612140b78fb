#include "server/secrets/sealer.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"
#include "server/secrets/crypto.h"

namespace credlink {
namespace {

constexpr char kFormat = 1;
constexpr char kAlgorithm = 1;
constexpr size_t kSaltSize = 32;
constexpr size_t kVersionOffset = 2;
constexpr size_t kSaltOffset = kVersionOffset + 4;
constexpr size_t kCommitmentOffset = kSaltOffset + kSaltSize;
constexpr size_t kNonceOffset = kCommitmentOffset + kKeySize;
constexpr size_t kHeaderSize = kNonceOffset + kNonceSize;
constexpr size_t kLengthSize = 4;  // of the plaintext, before it

void AppendBigEndian(std::string& out, uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}

uint32_t ReadBigEndian32(absl::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

void AppendField(std::string& out, absl::string_view field) {
  AppendBigEndian(out, field.size(), 4);
  absl::StrAppend(&out, field);
}

void AppendRandom(std::string& out, size_t size) {
  const size_t start = out.size();
  out.resize(start + size);
  if (RAND_bytes(reinterpret_cast<uint8_t*>(&out[start]), static_cast<int>(size)) != 1) {
    std::abort();  // a salt that is not random is worse than no service
  }
}

struct DerivedKeys {
  Secret encryption;
  Secret commitment;
};

DerivedKeys Derive(const SealingKey& key, absl::string_view salt, absl::string_view context) {
  Secret prk = HkdfExtract(salt, key.key);
  return {HkdfExpand(prk, absl::StrCat("credlink/v1/enc", context)),
          HkdfExpand(prk, absl::StrCat("credlink/v1/com", context))};
}

Secret Pad(absl::string_view plaintext, size_t pad_to) {
  const size_t used = kLengthSize + plaintext.size();
  Secret padded = Secret::OfSize((used + pad_to - 1) / pad_to * pad_to);
  std::string length;
  AppendBigEndian(length, plaintext.size(), kLengthSize);
  std::memcpy(padded.mutable_data(), length.data(), kLengthSize);
  if (!plaintext.empty()) {
    std::memcpy(padded.mutable_data() + kLengthSize, plaintext.data(), plaintext.size());
  }
  return padded;
}

absl::Status IntegrityFailure() { return Fault(v1::ERROR_REASON_INTEGRITY_FAILURE); }

bool HasShape(absl::string_view blob) {
  return blob.size() >= kHeaderSize + kTagSize + kLengthSize && blob[0] == kFormat &&
         blob[1] == kAlgorithm;
}

}  // namespace

std::string EncodeContext(const SealContext& context, uint32_t key_version) {
  std::string out = "credlink";
  out.push_back(kFormat);
  out.push_back(kAlgorithm);
  AppendField(out, context.purpose);
  AppendField(out, context.deployment);
  AppendField(out, context.tenant);
  AppendField(out, context.record);
  AppendField(out, context.account_number);
  AppendBigEndian(out, context.version, 8);
  AppendBigEndian(out, key_version, 4);
  return out;
}

std::string Seal(const SealingKey& key, const SealContext& context, absl::string_view plaintext,
                 size_t pad_to) {
  const std::string encoded = EncodeContext(context, key.version);
  std::string blob;
  blob.reserve(kHeaderSize + plaintext.size() + pad_to + kLengthSize + kTagSize);
  blob.push_back(kFormat);
  blob.push_back(kAlgorithm);
  AppendBigEndian(blob, key.version, 4);
  AppendRandom(blob, kSaltSize);
  DerivedKeys keys = Derive(key, absl::string_view(blob).substr(kSaltOffset, kSaltSize), encoded);
  absl::StrAppend(&blob, keys.commitment.Reveal());
  AppendRandom(blob, kNonceSize);
  const std::string nonce = blob.substr(kNonceOffset, kNonceSize);
  GcmEncrypt(keys.encryption, nonce, encoded, Pad(plaintext, pad_to), blob);
  return blob;
}

absl::StatusOr<uint32_t> SealedKeyVersion(absl::string_view blob) {
  if (!HasShape(blob)) return IntegrityFailure();
  return ReadBigEndian32(blob.substr(kVersionOffset));
}

absl::StatusOr<Secret> Open(const SealingKey& key, const SealContext& context,
                            absl::string_view blob) {
  if (!HasShape(blob) || ReadBigEndian32(blob.substr(kVersionOffset)) != key.version) {
    return IntegrityFailure();
  }
  const std::string encoded = EncodeContext(context, key.version);
  DerivedKeys keys = Derive(key, blob.substr(kSaltOffset, kSaltSize), encoded);
  if (CRYPTO_memcmp(keys.commitment.data(), blob.data() + kCommitmentOffset, kKeySize) != 0) {
    return IntegrityFailure();
  }
  Secret padded;
  if (!GcmDecrypt(keys.encryption, blob.substr(kNonceOffset, kNonceSize), encoded,
                  blob.substr(kHeaderSize), padded)) {
    return IntegrityFailure();
  }
  const uint32_t length = ReadBigEndian32(padded.Reveal());
  if (length > padded.size() - kLengthSize) return IntegrityFailure();
  return Secret(padded.Reveal().substr(kLengthSize, length));
}

}  // namespace credlink
