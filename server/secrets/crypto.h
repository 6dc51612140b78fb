// The three primitives that sealing is made of, over OpenSSL's EVP. Nothing else calls EVP ciphers.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "server/secrets/secret.h"

namespace credlink {

constexpr size_t kKeySize = 32;
constexpr size_t kNonceSize = 12;
constexpr size_t kTagSize = 16;

// RFC 5869 with SHA-256. `key` is what Expand wants.
Secret HkdfExtract(absl::string_view salt, const Secret& input);
// 32 bytes of output.
Secret HkdfExpand(const Secret& key, absl::string_view info);

std::array<uint8_t, 32> HmacSha256(const Secret& key, absl::string_view message);

// AES-256-GCM. Appends ciphertext and tag to `out`.
void GcmEncrypt(const Secret& key, absl::string_view nonce, absl::string_view aad,
                const Secret& plaintext, std::string& out);
// `input` is ciphertext and tag. False when it was not made with this key, nonce and aad.
bool GcmDecrypt(const Secret& key, absl::string_view nonce, absl::string_view aad,
                absl::string_view input, Secret& plaintext);

}  // namespace credlink
