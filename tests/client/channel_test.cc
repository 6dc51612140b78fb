// Which servers the C++ client talks to, and how.
#include "client/cpp/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace credlink::client {
namespace {

using testing::HasSubstr;

TEST(ChannelTest, SecretsDoNotLeaveTheMachineInClear) {
  for (const char* local : {"127.0.0.1:1", "localhost:1", "[::1]:1", "unix:/tmp/absent"}) {
    EXPECT_TRUE(MakeChannel({.server = local}).ok()) << local;
  }
  for (const char* remote : {"10.0.0.1:1", "credlink.example.com:443", "0.0.0.0:1"}) {
    const absl::Status status = MakeChannel({.server = remote}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << remote;
    EXPECT_THAT(std::string(status.message()), HasSubstr("needs TLS")) << remote;
  }
  EXPECT_FALSE(MakeChannel({.server = "127.0.0.1:1", .ca_file = "/absent"}).ok()) << "half of TLS";
  EXPECT_FALSE(MakeChannel({.server = "127.0.0.1:1",
                            .ca_file = "/absent",
                            .cert_file = "/absent",
                            .key_file = "/absent"})
                   .ok());
}

TEST(ChannelTest, AServerHasAHostAndAPortOrAPath) {
  for (const char* good : {"a:1", "10.0.0.1:65535", "[::1]:50051", "unix:/a:b", "unix:relative"}) {
    EXPECT_TRUE(CheckServer(good).ok()) << good;
  }
  for (const char* bad :
       {"", "a", "127.0.0.1", ":1", "a:", "a:0", "a:65536", "a:99999", "a:4294967297", "a:+1",
        "a:1x", "::1:50051", "[::1]", "[]:1", "[::1:1", "http://a:1", "dns:///a:1", "unix:"}) {
    EXPECT_EQ(CheckServer(bad).code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(std::string(MakeChannel({.server = bad}).status().message()),
                HasSubstr("must be host:port"))
        << bad;
  }
}

}  // namespace
}  // namespace credlink::client
