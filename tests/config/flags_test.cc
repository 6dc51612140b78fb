#include "server/config/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace credlink {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct Output {
  CommandLine command_line;
  std::string out;
  std::string err;
};

Output RunWith(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"credlinkd"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  Output output;
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  output.command_line = ReadCommandLine(static_cast<int>(argv.size()), argv.data());
  output.out = ::testing::internal::GetCapturedStdout();
  output.err = ::testing::internal::GetCapturedStderr();
  return output;
}

// The configuration of a command line that is good, and says nothing.
config::v1::ServerConfig Config(const std::vector<std::string>& arguments) {
  const Output output = RunWith(arguments);
  EXPECT_EQ(output.command_line.exit_code, absl::nullopt);
  EXPECT_EQ(output.out + output.err, "");
  return output.command_line.config;
}

std::string File(const std::string& content) {
  const std::string path = ::testing::TempDir() + "/flags_test.txtpb";
  std::ofstream(path) << content;
  return path;
}

TEST(FlagsTest, NothingGivenIsNothingSet) {
  EXPECT_EQ(Config({}).ByteSizeLong(), 0u);
  EXPECT_FALSE(RunWith({}).command_line.check_only);
}

TEST(FlagsTest, EveryFlagSetsItsField) {
  const config::v1::ServerConfig config =
      Config({"--listen", "a", "--data_dir", "b", "--key_file", "c", "--lastpass_url", "d",
              "--lastpass_ca_file", "e", "--tls_cert", "f", "--tls_key", "g", "--tls_client_ca",
              "h", "--log_level", "warning", "--reflection"});
  EXPECT_EQ(config.listen(), "a");
  EXPECT_EQ(config.data_dir(), "b");
  EXPECT_EQ(config.keys().file(), "c");
  EXPECT_EQ(config.lastpass().url(), "d");
  EXPECT_EQ(config.lastpass().ca_file(), "e");
  EXPECT_EQ(config.tls().cert_file(), "f");
  EXPECT_EQ(config.tls().key_file(), "g");
  EXPECT_EQ(config.tls().client_ca_file(), "h");
  EXPECT_EQ(config.log().level(), config::v1::Log::LEVEL_WARNING);
  EXPECT_TRUE(config.reflection());
  EXPECT_EQ(Config({"--listen=a"}).listen(), "a");
  EXPECT_TRUE(RunWith({"--check_config"}).command_line.check_only);
}

TEST(FlagsTest, FlagsOverrideTheFile) {
  const std::string file = File(
      "listen: 'file' data_dir: 'file' reflection: true log { level: LEVEL_DEBUG } "
      "lastpass { url: 'file' max_concurrent: 3 }");
  const config::v1::ServerConfig as_is = Config({"--config", file});
  EXPECT_EQ(as_is.listen(), "file");
  EXPECT_EQ(as_is.log().level(), config::v1::Log::LEVEL_DEBUG);
  EXPECT_TRUE(as_is.reflection());

  const config::v1::ServerConfig config =
      Config({"--listen", "flag", "--config", file, "--lastpass_url", "flag", "--no-reflection",
              "--log_level", "error"});
  EXPECT_EQ(config.listen(), "flag");
  EXPECT_EQ(config.data_dir(), "file");
  EXPECT_EQ(config.lastpass().url(), "flag");
  EXPECT_EQ(config.lastpass().max_concurrent(), 3);
  EXPECT_TRUE(config.has_reflection());
  EXPECT_FALSE(config.reflection());
  EXPECT_EQ(config.log().level(), config::v1::Log::LEVEL_ERROR);
}

TEST(FlagsTest, HelpAndVersionAreAnswersAndNoFaults) {
  Output output = RunWith({"--help"});
  EXPECT_EQ(output.command_line.exit_code, 0);
  EXPECT_THAT(output.out, AllOf(HasSubstr("--listen"), HasSubstr("--tls_client_ca"),
                                HasSubstr("--check_config"), HasSubstr("Exit codes")));
  EXPECT_EQ(output.err, "");
  output = RunWith({"--version"});
  EXPECT_EQ(output.command_line.exit_code, 0);
  EXPECT_THAT(output.out, ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(FlagsTest, WrongFlagsAreTold) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--lisen", "a"},
                                             {"--listen"},
                                             {"--log_level", "loud"},
                                             {"--log_level"},
                                             {"positional"},
                                             {"--check_config=maybe"}}) {
    const Output output = RunWith(arguments);
    EXPECT_EQ(output.command_line.exit_code, 2) << arguments[0];
    EXPECT_THAT(output.err, HasSubstr(arguments[0].substr(0, 8)));
    EXPECT_EQ(output.out, "");
  }
}

TEST(FlagsTest, AFileThatCannotBeReadIsTold) {
  const std::string file = File("listen: 'a'\nlisen: 'b'\n");
  Output output = RunWith({"--config", file});
  EXPECT_EQ(output.command_line.exit_code, 2);
  EXPECT_THAT(output.err, HasSubstr(absl::StrCat(file, ":2:6: ")));
  output = RunWith({"--config", "/missing.txtpb"});
  EXPECT_EQ(output.command_line.exit_code, 2);
  EXPECT_THAT(output.err, HasSubstr("/missing.txtpb"));
}

}  // namespace
}  // namespace credlink
