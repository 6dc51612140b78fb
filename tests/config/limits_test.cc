// The bounds of every number and time in the configuration.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/config/settings.h"

namespace credlink {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

absl::Status Check(const std::string& text) {
  config::v1::ServerConfig config;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &config)) << text;
  return Resolve(config).status();
}

struct Bounds {
  std::string message;
  std::string field;
  int64_t least;
  int64_t most;
};

class NumberTest : public ::testing::TestWithParam<Bounds> {
 protected:
  std::string With(int64_t value) const {
    return absl::StrCat(GetParam().message, " { ", GetParam().field, ": ", value, " }");
  }
};

TEST_P(NumberTest, IsBounded) {
  EXPECT_TRUE(Check(With(GetParam().least)).ok());
  EXPECT_TRUE(Check(With(GetParam().most)).ok());
  EXPECT_TRUE(Check(With(0)).ok());  // not set
  for (int64_t wrong : {int64_t{-1}, int64_t{INT32_MIN}, GetParam().most + 1, int64_t{INT32_MAX}}) {
    EXPECT_EQ(Check(With(wrong)).message(),
              absl::StrCat(GetParam().message, ".", GetParam().field, " must be ", GetParam().least,
                           " to ", GetParam().most, ", not ", wrong));
  }
  EXPECT_EQ(Check(With(GetParam().least - 1)).ok(), GetParam().least == 1);
}

INSTANTIATE_TEST_SUITE_P(All, NumberTest,
                         ::testing::Values(Bounds{"lastpass", "max_concurrent", 1, 4096},
                                           Bounds{"limits", "max_calls_in_flight", 1, 65536},
                                           Bounds{"limits", "max_streams_per_connection", 1, 10000},
                                           Bounds{"limits", "max_request_bytes", 1024, 1048576},
                                           Bounds{"limits", "max_metadata_bytes", 1024, 65536}));

class TimeTest : public ::testing::TestWithParam<Bounds> {
 protected:
  std::string With(int64_t seconds, int nanos = 0) const {
    return absl::StrCat(GetParam().message, " { ", GetParam().field, " { seconds: ", seconds,
                        " nanos: ", nanos, " } }");
  }
};

TEST_P(TimeTest, IsBounded) {
  EXPECT_TRUE(Check(With(GetParam().least)).ok());
  EXPECT_TRUE(Check(With(GetParam().most)).ok());
  for (const std::string& wrong :
       {With(GetParam().least, -1), With(GetParam().most, 1), With(-1), With(315'576'000'000),
        With(-315'576'000'000), With(INT64_MAX), With(INT64_MIN)}) {
    EXPECT_THAT(std::string(Check(wrong).message()),
                StartsWith(absl::StrCat(GetParam().message, ".", GetParam().field, " must be ")))
        << wrong;
  }
}

INSTANTIATE_TEST_SUITE_P(All, TimeTest,
                         ::testing::Values(Bounds{"lastpass", "timeout", 1, 60},
                                           Bounds{"limits", "handshake_timeout", 1, 60},
                                           Bounds{"limits", "max_connection_idle", 1, 86400},
                                           Bounds{"limits", "max_connection_age", 1, 86400},
                                           Bounds{"limits", "max_connection_age_grace", 1, 3600},
                                           Bounds{"limits", "max_call", 1, 600},
                                           Bounds{"drain", "delay", 0, 300},
                                           Bounds{"drain", "grace", 0, 31536000}));

// Whoever repairs one fault after the other, with a restart between, has a bad day.
TEST(LimitsTest, AllFaultsAreListedAtOnce) {
  const absl::Status status = Check(R"(
      listen: 'nowhere' tls { cert_file: '/missing' } keys { file: '/missing' }
      lastpass { url: 'http://x' timeout { seconds: 0 } max_concurrent: -1 }
      limits { max_calls_in_flight: -1 max_call { seconds: 9999 } }
      drain { delay { seconds: -1 } })");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  const std::vector<std::string> lines = absl::StrSplit(status.message(), '\n');
  EXPECT_THAT(lines,
              ElementsAre(StartsWith("listen "), StartsWith("tls needs"),
                          StartsWith("tls.cert_file"), StartsWith("keys.file"),
                          StartsWith("lastpass.timeout"), StartsWith("lastpass.max_concurrent"),
                          StartsWith("lastpass.url"), StartsWith("limits.max_calls_in_flight"),
                          StartsWith("limits.max_call "), StartsWith("drain.delay")));
}

}  // namespace
}  // namespace credlink
