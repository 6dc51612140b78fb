// What a store's files hold.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace credlink {

inline std::string FileAt(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// One behind the other.
inline std::string FilesIn(const std::string& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) all += FileAt(entry.path());
  return all;
}

}  // namespace credlink
