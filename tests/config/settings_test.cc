#include "server/config/settings.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace credlink {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

config::v1::ServerConfig Config(const std::string& text) {
  config::v1::ServerConfig config;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &config)) << text;
  return config;
}

Settings Good(const std::string& text) {
  const absl::StatusOr<Settings> settings = Resolve(Config(text));
  EXPECT_TRUE(settings.ok()) << text << ": " << settings.status();
  return settings.ok() ? *settings : Settings();
}

// The lines that say what is wrong.
std::vector<std::string> Faults(const std::string& text) {
  const absl::StatusOr<Settings> settings = Resolve(Config(text));
  if (settings.ok()) return {};
  EXPECT_EQ(settings.status().code(), absl::StatusCode::kInvalidArgument);
  return absl::StrSplit(settings.status().message(), '\n');
}

std::string ExistingFile() {
  const std::string path = ::testing::TempDir() + "/settings_test.pem";
  std::ofstream(path) << "content\n";
  return path;
}

std::string AllTls() {
  const std::string file = ExistingFile();
  return absl::StrCat("tls { cert_file: '", file, "' key_file: '", file, "' client_ca_file: '",
                      file, "' } ");
}

TEST(SettingsTest, ServesThisMachineWhenNothingIsSaid) {
  const Settings settings = Good("");
  EXPECT_EQ(settings.listen, "127.0.0.1:50051");
  EXPECT_TRUE(settings.local_only);
  EXPECT_EQ(settings.tls_cert_file, "");
  EXPECT_EQ(settings.data_dir, "./credlink-data");
  EXPECT_EQ(settings.key_file, "./credlink-data/key");
  EXPECT_TRUE(settings.may_create_key_file);
  EXPECT_EQ(settings.lastpass_url, "https://lastpass.com");
  EXPECT_EQ(settings.lastpass_ca_file, "");
  EXPECT_EQ(settings.lastpass_timeout, absl::Seconds(10));
  EXPECT_EQ(settings.lastpass_max_concurrent, 256);
  EXPECT_FALSE(settings.lastpass_allow_private_addresses);
  EXPECT_EQ(settings.max_calls_in_flight, 2048);
  EXPECT_EQ(settings.max_streams_per_connection, 100);
  EXPECT_EQ(settings.max_request_bytes, 16384);
  EXPECT_EQ(settings.max_metadata_bytes, 8192);
  EXPECT_EQ(settings.handshake_timeout, absl::Seconds(5));
  EXPECT_EQ(settings.max_connection_idle, absl::Minutes(5));
  EXPECT_EQ(settings.max_connection_age, absl::Minutes(10));
  EXPECT_EQ(settings.max_connection_age_grace, absl::Seconds(30));
  EXPECT_EQ(settings.max_call, absl::Seconds(30));
  EXPECT_EQ(settings.drain_delay, absl::ZeroDuration());
  EXPECT_EQ(settings.drain_grace, absl::Seconds(30));
  EXPECT_TRUE(settings.reflection);
  EXPECT_EQ(settings.log_level, LogLevel::kInfo);
}

TEST(SettingsTest, OtherDefaultsWhenOtherMachinesAreServed) {
  const Settings settings = Good("listen: '0.0.0.0:50051' " + AllTls());
  EXPECT_FALSE(settings.local_only);
  EXPECT_EQ(settings.tls_cert_file, ExistingFile());
  EXPECT_EQ(settings.drain_delay, absl::Seconds(5));
  EXPECT_FALSE(settings.reflection);
  EXPECT_TRUE(Good("listen: '0.0.0.0:50051' reflection: true " + AllTls()).reflection);
  EXPECT_FALSE(Good("reflection: false").reflection);
}

TEST(SettingsTest, TakesEveryValue) {
  const std::string file = ExistingFile();
  const Settings settings = Good(absl::StrCat(R"(
      data_dir: '/var/lib/credlink/'
      keys { file: ')",
                                              file, R"(' }
      lastpass { url: 'https://127.0.0.1:8443' ca_file: ')",
                                              file, R"(' timeout { seconds: 60 }
                 max_concurrent: 4096 allow_private_addresses: true }
      limits { max_calls_in_flight: 1 max_streams_per_connection: 10000 max_request_bytes: 1024
               max_metadata_bytes: 65536 handshake_timeout { seconds: 1 }
               max_connection_idle { seconds: 86400 } max_connection_age { seconds: 2 }
               max_connection_age_grace { seconds: 3 } max_call { nanos: 500000000 seconds: 4 } }
      drain { delay { seconds: 7 } grace { seconds: 0 } }
      log { level: LEVEL_ERROR })"));
  EXPECT_EQ(settings.data_dir, "/var/lib/credlink");
  EXPECT_EQ(settings.key_file, file);
  EXPECT_FALSE(settings.may_create_key_file);
  EXPECT_EQ(settings.lastpass_url, "https://127.0.0.1:8443");
  EXPECT_EQ(settings.lastpass_ca_file, file);
  EXPECT_EQ(settings.lastpass_timeout, absl::Seconds(60));
  EXPECT_EQ(settings.lastpass_max_concurrent, 4096);
  EXPECT_TRUE(settings.lastpass_allow_private_addresses);
  EXPECT_EQ(settings.max_calls_in_flight, 1);
  EXPECT_EQ(settings.max_streams_per_connection, 10000);
  EXPECT_EQ(settings.max_request_bytes, 1024);
  EXPECT_EQ(settings.max_metadata_bytes, 65536);
  EXPECT_EQ(settings.handshake_timeout, absl::Seconds(1));
  EXPECT_EQ(settings.max_connection_idle, absl::Hours(24));
  EXPECT_EQ(settings.max_connection_age, absl::Seconds(2));
  EXPECT_EQ(settings.max_connection_age_grace, absl::Seconds(3));
  EXPECT_EQ(settings.max_call, absl::Milliseconds(4500));
  EXPECT_EQ(settings.drain_delay, absl::Seconds(7));
  EXPECT_EQ(settings.drain_grace, absl::ZeroDuration());
  EXPECT_EQ(settings.log_level, LogLevel::kError);
}

TEST(SettingsTest, KnowsTheLogLevels) {
  EXPECT_EQ(Good("log { level: LEVEL_DEBUG }").log_level, LogLevel::kDebug);
  EXPECT_EQ(Good("log { level: LEVEL_INFO }").log_level, LogLevel::kInfo);
  EXPECT_EQ(Good("log { level: LEVEL_WARNING }").log_level, LogLevel::kWarning);
}

TEST(SettingsTest, NeedsNoTlsForThisMachine) {
  for (const char* listen : {"127.0.0.1:0", "127.8.9.1:50051", "[::1]:50051", "localhost:50051",
                             "LOCALHOST:65535", "unix:/run/credlink.sock", "unix:relative.sock"}) {
    EXPECT_TRUE(Good(absl::StrCat("listen: '", listen, "'")).local_only) << listen;
  }
}

TEST(SettingsTest, NeedsTlsForOtherMachines) {
  for (const char* listen : {"0.0.0.0:50051", "[::]:50051", "192.0.2.1:50051", "example.com:50051",
                             "[2001:db8::1]:50051", "128.0.0.1:1", "*:50051"}) {
    const std::string text = absl::StrCat("listen: '", listen, "' ");
    EXPECT_THAT(Faults(text), ElementsAre(HasSubstr("so it needs TLS"))) << listen;
    EXPECT_THAT(Faults(text), ElementsAre(HasSubstr(listen))) << listen;
    EXPECT_FALSE(Good(text + AllTls()).local_only) << listen;
  }
}

TEST(SettingsTest, RefusesWhatIsNoAddress) {
  for (const char* listen : {"50051", ":50051", "127.0.0.1", "127.0.0.1:", "127.0.0.1:port",
                             "127.0.0.1:65536", "127.0.0.1:-1", "::1:50051", "unix"}) {
    EXPECT_THAT(Faults(absl::StrCat("listen: '", listen, "'")),
                ElementsAre(AllOf(StartsWith("listen must be"), HasSubstr(listen))))
        << listen;
  }
}

TEST(SettingsTest, TlsIsAllOrNothing) {
  const std::string file = "'" + ExistingFile() + "' ";
  const std::string parts[] = {"cert_file: " + file, "key_file: " + file,
                               "client_ca_file: " + file};
  for (int some = 1; some < 7; ++some) {
    std::string text = "tls { ";
    for (int i = 0; i < 3; ++i) {
      if ((some >> i & 1) != 0) text += parts[i];
    }
    EXPECT_THAT(Faults(text + "}"), ElementsAre(StartsWith("tls needs all of"))) << text;
  }
  EXPECT_THAT(Faults(AllTls()), ElementsAre());
}

TEST(SettingsTest, FilesMustBeReadable) {
  const std::string missing = ::testing::TempDir() + "/missing";
  EXPECT_THAT(Faults(absl::StrCat("tls { cert_file: '", missing, "1' key_file: '", missing,
                                  "2' client_ca_file: '", missing, "3' } keys { file: '", missing,
                                  "4' } lastpass { ca_file: '", missing, "5' }")),
              ElementsAre(absl::StrCat("tls.cert_file: cannot read ", missing, "1"),
                          absl::StrCat("tls.key_file: cannot read ", missing, "2"),
                          absl::StrCat("tls.client_ca_file: cannot read ", missing, "3"),
                          absl::StrCat("keys.file: cannot read ", missing, "4"),
                          absl::StrCat("lastpass.ca_file: cannot read ", missing, "5")));
}

TEST(SettingsTest, LastPassIsReachedOverHttpsOnly) {
  for (const char* url :
       {"http://lastpass.com", "lastpass.com", "ftp://lastpass.com", "https:/x"}) {
    EXPECT_THAT(
        Faults(absl::StrCat("lastpass { url: '", url, "' }")),
        ElementsAre(AllOf(StartsWith("lastpass.url must begin with https://"), HasSubstr(url))));
  }
}

}  // namespace
}  // namespace credlink
