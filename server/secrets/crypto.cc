#include "server/secrets/crypto.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <cstdlib>
#include <memory>

namespace credlink {
namespace {

// OpenSSL fails here only when it is out of memory or has no provider: there is no safe way on.
void Require(bool ok) {
  if (!ok) std::abort();
}

const uint8_t* Bytes(absl::string_view view) {
  return reinterpret_cast<const uint8_t*>(view.data());
}

OSSL_PARAM Octets(const char* name, absl::string_view bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(bytes.data()), bytes.size());
}

Secret Hkdf(int mode, const Secret& key, OSSL_PARAM input) {
  struct FreeKdf {
    void operator()(EVP_KDF* kdf) const { EVP_KDF_free(kdf); }
    void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
  };
  std::unique_ptr<EVP_KDF, FreeKdf> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  Require(kdf != nullptr);
  std::unique_ptr<EVP_KDF_CTX, FreeKdf> context(EVP_KDF_CTX_new(kdf.get()));
  Require(context != nullptr);
  char digest[] = "SHA256";
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
      Octets(OSSL_KDF_PARAM_KEY, key.Reveal()),
      input,
      OSSL_PARAM_construct_end(),
  };
  Secret out = Secret::OfSize(kKeySize);
  Require(EVP_KDF_derive(context.get(), out.mutable_data(), out.size(), params) == 1);
  return out;
}

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

}  // namespace

Secret HkdfExtract(absl::string_view salt, const Secret& input) {
  return Hkdf(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, input, Octets(OSSL_KDF_PARAM_SALT, salt));
}

Secret HkdfExpand(const Secret& key, absl::string_view info) {
  return Hkdf(EVP_KDF_HKDF_MODE_EXPAND_ONLY, key, Octets(OSSL_KDF_PARAM_INFO, info));
}

std::array<uint8_t, 32> HmacSha256(const Secret& key, absl::string_view message) {
  std::array<uint8_t, 32> out;
  unsigned int size = out.size();
  Require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(message),
               message.size(), out.data(), &size) != nullptr);
  return out;
}

void GcmEncrypt(const Secret& key, absl::string_view nonce, absl::string_view aad,
                const Secret& plaintext, std::string& out) {
  Require(key.size() == kKeySize && nonce.size() == kNonceSize);
  CipherContext context(EVP_CIPHER_CTX_new());
  Require(context != nullptr);
  const size_t start = out.size();
  out.resize(start + plaintext.size() + kTagSize);
  auto* ciphertext = reinterpret_cast<uint8_t*>(&out[start]);
  int written = 0;
  Require(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), Bytes(nonce)) ==
              1 &&
          EVP_EncryptUpdate(context.get(), nullptr, &written, Bytes(aad), aad.size()) == 1 &&
          EVP_EncryptUpdate(context.get(), ciphertext, &written, plaintext.data(),
                            plaintext.size()) == 1 &&
          EVP_EncryptFinal_ex(context.get(), ciphertext + written, &written) == 1 &&
          EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagSize,
                              ciphertext + plaintext.size()) == 1);
}

bool GcmDecrypt(const Secret& key, absl::string_view nonce, absl::string_view aad,
                absl::string_view input, Secret& plaintext) {
  Require(key.size() == kKeySize && nonce.size() == kNonceSize);
  if (input.size() < kTagSize) return false;
  absl::string_view ciphertext = input.substr(0, input.size() - kTagSize);
  std::string tag(input.substr(ciphertext.size()));
  CipherContext context(EVP_CIPHER_CTX_new());
  Require(context != nullptr);
  Secret out = Secret::OfSize(ciphertext.size());
  int written = 0;
  bool ok = EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(),
                               Bytes(nonce)) == 1 &&
            EVP_DecryptUpdate(context.get(), nullptr, &written, Bytes(aad), aad.size()) == 1 &&
            EVP_DecryptUpdate(context.get(), out.mutable_data(), &written, Bytes(ciphertext),
                              ciphertext.size()) == 1 &&
            EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, tag.data()) == 1 &&
            EVP_DecryptFinal_ex(context.get(), out.mutable_data() + written, &written) == 1;
  if (ok) plaintext = std::move(out);
  return ok;
}

}  // namespace credlink
