// A directory of mode 0700 that goes when the test does.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace credlink {

class TempDirectory {
 public:
  // In the folder that TMPDIR names, or in another.
  TempDirectory() : TempDirectory(std::filesystem::temp_directory_path()) {}
  explicit TempDirectory(const std::filesystem::path& parent) {
    std::string name = parent / "credlink-store-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~TempDirectory() { std::filesystem::remove_all(path_); }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace credlink
