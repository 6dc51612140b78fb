// Runs a fuzz target over its corpus, and over every beginning of every file in it, so that what
// the fuzzers found once is tested in every build.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace credlink {
namespace {

TEST(CorpusTest, EveryPropertyHolds) {
  const char* corpus = std::getenv("CORPUS");
  ASSERT_NE(corpus, nullptr);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string input(std::istreambuf_iterator<char>(file), {});
    for (size_t size = 0; size <= input.size(); ++size) {
      const auto* data = reinterpret_cast<const uint8_t*>(input.data());
      EXPECT_EQ(LLVMFuzzerTestOneInput(data, size), 0);
    }
    ++files;
  }
  EXPECT_GE(files, 5);
}

}  // namespace
}  // namespace credlink
