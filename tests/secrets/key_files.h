// Key files in a folder of their own.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "server/secrets/file_key_provider.h"
#include "tests/store/temp_directory.h"

namespace credlink {

class KeyFiles {
 public:
  // A new key in a new file.
  std::unique_ptr<FileKeyProvider> New(const std::string& name) {
    EXPECT_TRUE(FileKeyProvider::Create(folder_.File(name)).ok());
    return Load(name);
  }

  std::unique_ptr<FileKeyProvider> Load(const std::string& name) {
    auto loaded = FileKeyProvider::Load(folder_.File(name));
    EXPECT_TRUE(loaded.ok()) << loaded.status();
    return *std::move(loaded);
  }

  // A file with a new key in front of that file's.
  std::unique_ptr<FileKeyProvider> Rotated(const std::string& old_name, const std::string& name) {
    EXPECT_TRUE(FileKeyProvider::Create(folder_.File(name)).ok());
    std::stringstream content;
    content << std::ifstream(folder_.File(name)).rdbuf()
            << std::ifstream(folder_.File(old_name)).rdbuf();
    unlink(folder_.File(name).c_str());
    std::ofstream(folder_.File(name)) << content.str();
    chmod(folder_.File(name).c_str(), 0400);
    return Load(name);
  }

 private:
  TempDirectory folder_;
};

}  // namespace credlink
