// Looks for hashes in bytes, in every spelling that a careless program might use.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "absl/strings/string_view.h"

namespace credlink {

// A spelling is known by its first bytes, so that one pass over the bytes looks for all of them.
class SecretSearch {
 public:
  // 64 hexadecimal digits, as HashFor makes them.
  void Add(const std::string& hash);

  // At how many places of these bytes a spelling begins. Spellings overlap: one hash may count more
  // than once.
  int CountIn(const std::string& bytes) const;

  // The files below the folder that hold a hash. `looked_at` counts all of them.
  std::vector<std::string> FilesWithHashes(const std::string& folder, int& looked_at) const;

 private:
  void AddSpelling(const std::string& spelling);

  std::unordered_set<std::string> pieces_;
};

std::string Utf16(absl::string_view text, bool big_endian);

std::string ReadAll(const std::string& path);

}  // namespace credlink
