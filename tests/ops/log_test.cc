#include "server/ops/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace credlink {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class LogTest : public ::testing::Test {
 protected:
  LogTest() { unlink(path_.c_str()); }

  // The lines so far, each of which must be one JSON object.
  std::vector<boost::json::object> Lines() const {
    std::vector<boost::json::object> lines;
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);) {
      boost::system::error_code error;
      const boost::json::value value = boost::json::parse(line, error);
      EXPECT_TRUE(!error && value.is_object()) << line;
      if (value.is_object()) lines.push_back(value.get_object());
    }
    return lines;
  }

  std::string Content() const {
    std::ifstream file(path_);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  const std::string path_ = ::testing::TempDir() + "/log_test.log";
};

TEST_F(LogTest, WritesTimeLevelEventAndFields) {
  Log log(LogLevel::kDebug, path_);
  const absl::Time before = absl::Now();
  log.Info("serving", {{"listen", "127.0.0.1:50051"}, {"tls", "off"}});
  const auto lines = Lines();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], SizeIs(5));
  EXPECT_EQ(lines[0].at("level"), "info");
  EXPECT_EQ(lines[0].at("event"), "serving");
  EXPECT_EQ(lines[0].at("listen"), "127.0.0.1:50051");
  EXPECT_EQ(lines[0].at("tls"), "off");
  absl::Time time;
  std::string fault;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, std::string(lines[0].at("time").as_string()),
                              &time, &fault))
      << fault;
  EXPECT_LT(absl::AbsDuration(time - before), absl::Minutes(1));
}

TEST_F(LogTest, EveryValueBecomesOneLineOfJson) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte.push_back(static_cast<char>(byte));
  const std::vector<std::string> values = {
      "",
      "line\nanother\r\nthird",
      R"("},{"level":"error","event":"forged)",
      "back\\slash\\",
      std::string("zero\0inside", 11),
      "\x1b[2J\x07 terminal",
      "\x7f delete",
      "caf\xc3\xa9",
      "\xff\xfe\xc3 invalid UTF-8",
      "\xe2\x80\xa8 line separator",
      "\xed\xa0\x80 surrogate",
      std::string(100'000, 'x'),
      every_byte,
  };
  Log log(LogLevel::kDebug, path_);
  for (const std::string& value : values) log.Info("event", {{"value", value}});
  log.Info("an \"event\"\n", {{"a \"name\"\n", "value"}});
  const auto lines = Lines();
  ASSERT_THAT(lines, SizeIs(values.size() + 1));
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_THAT(lines[i], SizeIs(4));
    EXPECT_EQ(lines[i].at("level"), "info");
    // Byte for byte, but for what is not printable ASCII.
    const boost::json::string& shown = lines[i].at("value").as_string();
    ASSERT_EQ(shown.size(), values[i].size());
    for (size_t k = 0; k < shown.size(); ++k) {
      const char c = values[i][k];
      ASSERT_EQ(shown[k], c >= 0x20 && c < 0x7f ? c : '?') << "value " << i << ", byte " << k;
    }
  }
  EXPECT_EQ(lines.back().at("event"), "an \"event\"?");
  EXPECT_EQ(lines.back().at("a \"name\"?"), "value");
  for (char c : Content()) ASSERT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7f));
}

TEST_F(LogTest, WritesFromItsLevelUpwards) {
  const LogLevel levels[] = {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning,
                             LogLevel::kError};
  const char* const names[] = {"debug", "info", "warning", "error"};
  for (int threshold = 0; threshold < 4; ++threshold) {
    unlink(path_.c_str());
    Log log(levels[threshold], path_);
    log.Debug("event");
    log.Info("event");
    log.Warning("event");
    log.Error("event");
    const auto lines = Lines();
    ASSERT_THAT(lines, SizeIs(4 - threshold));
    for (int i = threshold; i < 4; ++i) EXPECT_EQ(lines[i - threshold].at("level"), names[i]);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(log.Writes(levels[i]), i >= threshold);
  }
}

// A process that is killed has written all that it logged.
TEST_F(LogTest, ALineIsInTheFileAtOnce) {
  Log log(LogLevel::kInfo, path_);
  EXPECT_THAT(Lines(), IsEmpty());
  log.Info("one");
  EXPECT_THAT(Lines(), SizeIs(1));
  log.Debug("not this one");
  log.Info("two");
  EXPECT_THAT(Lines(), SizeIs(2));
}

TEST_F(LogTest, ThreadsDoNotMixTheirLines) {
  constexpr int kThreads = 4;
  constexpr int kLines = 500;
  {
    Log log(LogLevel::kInfo, path_);
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&log, i] {
        const std::string value(1 + 1000 * i, static_cast<char>('a' + i));
        for (int k = 0; k < kLines; ++k) log.Info("event", {{"value", value}});
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  std::map<std::string, int> seen;
  for (const auto& line : Lines()) ++seen[std::string(line.at("value").as_string())];
  EXPECT_THAT(seen, SizeIs(kThreads));
  for (int i = 0; i < kThreads; ++i) {
    EXPECT_EQ(seen[std::string(1 + 1000 * i, static_cast<char>('a' + i))], kLines);
  }
}

TEST(StandardErrorLogTest, WritesToStandardError) {
  ::testing::internal::CaptureStderr();
  {
    Log log(LogLevel::kInfo);
    log.Warning("careful", {{"a", "b"}});
    log.Debug("not this one");
  }
  const std::string output = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(output, ::testing::MatchesRegex(
                          "\\{\"time\":\".*Z\",\"level\":\"warning\",\"event\":\"careful\","
                          "\"a\":\"b\"\\}\n"));
}

}  // namespace
}  // namespace credlink
