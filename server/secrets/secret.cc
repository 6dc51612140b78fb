#include "server/secrets/secret.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <cstring>
#include <utility>

namespace credlink {

Secret::Secret(absl::string_view bytes) : Secret(OfSize(bytes.size())) {
  if (!bytes.empty()) std::memcpy(data_, bytes.data(), bytes.size());
}

Secret Secret::OfSize(size_t size) {
  Secret secret;
  if (size == 0) return secret;
  void* memory = OPENSSL_secure_zalloc(size);
  // The secure heap is full: ordinary memory, still wiped, is better than failing the call.
  if (memory == nullptr) memory = OPENSSL_zalloc(size);
  if (memory == nullptr) std::abort();
  secret.data_ = static_cast<uint8_t*>(memory);
  secret.size_ = size;
  return secret;
}

Secret Secret::Random(size_t size) {
  Secret secret = OfSize(size);
  if (size > 0 && RAND_priv_bytes(secret.data_, static_cast<int>(size)) != 1) std::abort();
  return secret;
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Clear();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

Secret::~Secret() { Clear(); }

bool Secret::SameAs(const Secret& other) const {
  return size_ == other.size_ && (size_ == 0 || CRYPTO_memcmp(data_, other.data_, size_) == 0);
}

void Secret::Truncate(size_t size) {
  if (size >= size_) return;
  Secret shorter(Reveal().substr(0, size));
  *this = std::move(shorter);
}

void Secret::Clear() {
  // Tells by itself which of the two heaps the memory came from.
  OPENSSL_secure_clear_free(data_, size_);
  data_ = nullptr;
  size_ = 0;
}

bool EnableLockedMemory(size_t bytes) {
  constexpr size_t kSmallestBlock = 64;
  return CRYPTO_secure_malloc_init(bytes, kSmallestBlock) == 1;
}

void Wipe(void* data, size_t size) { OPENSSL_cleanse(data, size); }

}  // namespace credlink
