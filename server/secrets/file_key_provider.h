// KEKs in a file: one key a line, 64 hexadecimal digits; the first wraps, all unwrap. Lines that
// begin with '#' are remarks. The file must belong to us or root, and be readable by nobody else.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/secrets/key_provider.h"

namespace credlink {

class FileKeyProvider final : public KeyProvider {
 public:
  // Reads the keys. FAILED_PRECONDITION, with a text for the operator, when the file is missing,
  // open to others, truncated, or holds anything but keys.
  static absl::StatusOr<std::unique_ptr<FileKeyProvider>> Load(const std::string& path);

  // Makes a file with one new random key, mode 0400; on disk when it returns. ALREADY_EXISTS when
  // there is a file of that name.
  static absl::Status Create(const std::string& path);

  std::string active_kek() const override { return keys_.front().id; }
  Task<absl::StatusOr<std::string>> Wrap(KeyName name, Secret key) override;
  Task<absl::StatusOr<Secret>> Unwrap(KeyName name, std::string kek_id, std::string blob) override;

 private:
  struct Kek {
    std::string id;  // derived from the key: a file cannot name it wrongly
    Secret key;
  };
  explicit FileKeyProvider(std::vector<Kek> keys) : keys_(std::move(keys)) {}

  const std::vector<Kek> keys_;
};

}  // namespace credlink
