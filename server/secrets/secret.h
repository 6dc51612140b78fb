// Secret: the only type that may hold a provisioning hash or a key in clear.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace credlink {

// Bytes in memory that is locked (never swapped), kept out of core dumps, and wiped when freed. It
// lies in OpenSSL's secure heap, which EnableLockedMemory() sets up; without it, or when it is
// full, in ordinary memory that is wiped all the same.
//
// Move-only. It has no operator<<, no conversion and no comparison; what reads it says Reveal(), so
// that every place that sees a secret in clear can be found by that word.
class Secret {
 public:
  Secret() = default;
  // Copies `bytes`; wiping the original is the caller's part.
  explicit Secret(absl::string_view bytes);
  // `size` zero bytes to be filled in through mutable_data().
  static Secret OfSize(size_t size);
  // `size` bytes from OpenSSL's private random generator. Ends the process when that fails: there
  // is no safe way on.
  static Secret Random(size_t size);

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  absl::string_view Reveal() const {
    return absl::string_view(reinterpret_cast<const char*>(data_), size_);
  }
  const uint8_t* data() const { return data_; }
  uint8_t* mutable_data() { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  Secret Copy() const { return Secret(Reveal()); }
  // Whether both hold the same bytes, in a time that depends on the size alone.
  bool SameAs(const Secret& other) const;
  // Drops the bytes after the first `size`; wiped with the rest when freed.
  void Truncate(size_t size);

 private:
  void Clear();

  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

// Sets up the locked heap of `bytes` (a power of two), once a process, before the first Secret.
// False when the memory could not be locked: secrets are then wiped but may be swapped.
bool EnableLockedMemory(size_t bytes);

// Overwrites memory that held a secret, in a way that the compiler cannot leave out.
void Wipe(void* data, size_t size);

}  // namespace credlink
