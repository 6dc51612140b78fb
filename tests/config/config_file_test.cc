// Reading the configuration as a protobuf text file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/config/settings.h"

namespace credlink {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ConfigFileTest : public ::testing::Test {
 protected:
  absl::Status Read(const std::string& content) {
    std::ofstream(path_) << content;
    config_.Clear();
    return ReadConfigFile(path_, config_);
  }

  std::vector<std::string> Faults(const std::string& content) {
    const absl::Status status = Read(content);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << content;
    return absl::StrSplit(status.message(), '\n');
  }

  // The place in the file, as every compiler writes it.
  std::string At(int line, int column) const {
    return absl::StrCat(path_, ":", line, ":", column, ": ");
  }

  const std::string path_ = ::testing::TempDir() + "/config.txtpb";
  config::v1::ServerConfig config_;
};

TEST_F(ConfigFileTest, ReadsFieldsAndRemarks) {
  ASSERT_TRUE(Read("# where to listen\n"
                   "listen: \"[::1]:1234\"\n"
                   "lastpass {\n"
                   "  timeout { seconds: 7 }  # patience\n"
                   "}\n"
                   "log { level: LEVEL_DEBUG }\n"
                   "reflection: false\n")
                  .ok());
  EXPECT_EQ(config_.listen(), "[::1]:1234");
  EXPECT_EQ(config_.lastpass().timeout().seconds(), 7);
  EXPECT_EQ(config_.log().level(), config::v1::Log::LEVEL_DEBUG);
  EXPECT_TRUE(config_.has_reflection());
}

TEST_F(ConfigFileTest, AnEmptyFileSaysNothing) {
  EXPECT_TRUE(Read("").ok());
  EXPECT_EQ(config_.ByteSizeLong(), 0u);
}

// protobuf names the place where it noticed: behind the word that it does not know.
TEST_F(ConfigFileTest, NamesLineAndColumnOfAFault) {
  EXPECT_THAT(Faults("listen: 'x'\n  lisen: 'y'\n"),
              ElementsAre(AllOf(StartsWith(At(2, 8)), HasSubstr("lisen"))));
  EXPECT_THAT(Faults("limits {\n\n    max_request_bytes: 'many' }"),
              ElementsAre(StartsWith(At(3, 24))));
  EXPECT_THAT(Faults("limits { max_calls_in_flight: 99999999999 }"),
              ElementsAre(StartsWith(At(1, 31))));
  EXPECT_THAT(Faults("log { level: LEVEL_LOUD }"),
              ElementsAre(AllOf(StartsWith(At(1, 25)), HasSubstr("LEVEL_LOUD"))));
  EXPECT_THAT(Faults("listen: 'x'\nlisten: 'y'"), ElementsAre(StartsWith(At(2, 7))));
  EXPECT_THAT(Faults("listen: 'without an end\n"), testing::Not(testing::IsEmpty()));
  EXPECT_THAT(Faults("limits {\n"), ElementsAre(StartsWith(At(2, 1))));
}

TEST_F(ConfigFileTest, NamesTheFileThatCannotBeRead) {
  const std::string missing = ::testing::TempDir() + "/missing.txtpb";
  const absl::Status status = ReadConfigFile(missing, config_);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr(missing));
}

TEST_F(ConfigFileTest, AFolderIsNoFile) {
  const absl::Status status = ReadConfigFile(::testing::TempDir(), config_);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr(::testing::TempDir()));
}

}  // namespace
}  // namespace credlink
