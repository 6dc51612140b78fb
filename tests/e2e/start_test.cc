// How the server starts, and when it refuses to.

#include <gmock/gmock.h>
#include <grpcpp/support/sync_stream.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/cpp/client.h"
#include "tests/e2e/server_process.h"
#include "tests/process/program.h"
#include "tests/rpc/reflection_service.pb.h"
#include "tests/simulator/certificate.h"
#include "tests/store/temp_directory.h"

namespace credlink {
namespace {

using client::Client;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kProgram[] = "server/credlinkd";

mode_t ModeOf(const std::string& path) {
  struct stat info = {};
  EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 07777;
}

class StartTest : public testing::Test {
 protected:
  StartTest() {
    flags_.data_dir = folder_.File("data");
    flags_.log_file = folder_.File("log");
  }

  // Starts it, expects it to serve, and stops it again.
  void ServeOnce() {
    auto server = ServerProcess::Start(flags_);
    ASSERT_TRUE(server.ok()) << server.status();
    const auto exit = (*server)->process().Stop(kPatience);
    ASSERT_TRUE(exit.ok()) << exit.status();
    EXPECT_EQ(exit->code, 0);
  }

  // Starts it, expects it to refuse with that exit code, and gives what it said.
  std::string Refusal(int code) {
    auto process = Launch(flags_);
    EXPECT_TRUE(process.ok());
    const auto exit = (*process)->WaitForExit(kPatience);
    EXPECT_TRUE(exit.ok()) << exit.status();
    EXPECT_EQ(exit.value_or(Exit{}).code, code);
    return (*process)->Log();
  }

  std::string Write(const std::string& name, const std::string& text) {
    const std::string path = folder_.File(name);
    std::ofstream(path) << text;
    chmod(path.c_str(), 0600);
    return path;
  }

  TempDirectory folder_;
  ServerFlags flags_;
};

TEST_F(StartTest, TheFirstStartMakesWhatItNeedsForItsEyesOnly) {
  ServeOnce();
  EXPECT_EQ(ModeOf(folder_.File("data")), 0700u);
  EXPECT_EQ(ModeOf(folder_.File("data/key")), 0400u);
  EXPECT_EQ(ModeOf(folder_.File("data/credlink.db")), 0600u);
  std::ifstream log(folder_.File("log"));
  const std::string text((std::istreambuf_iterator<char>(log)), {});
  EXPECT_THAT(text, AllOf(HasSubstr("made a new key"), HasSubstr(folder_.File("data/key"))))
      << "it says that there is a key, and where";
}

TEST_F(StartTest, TheSecondStartMakesNoNewKey) {
  ServeOnce();
  ServeOnce();
  std::ifstream log(folder_.File("log"));
  const std::string text((std::istreambuf_iterator<char>(log)), {});
  EXPECT_THAT(text, Not(HasSubstr("made a new key")));
}

TEST_F(StartTest, WithoutItsKeyAStoreIsNotServed) {
  ServeOnce();
  std::filesystem::rename(folder_.File("data/key"), folder_.File("key.away"));
  EXPECT_THAT(Refusal(1), HasSubstr("is missing"));
  EXPECT_FALSE(std::filesystem::exists(folder_.File("data/key"))) << "no new key for old data";
  std::filesystem::rename(folder_.File("key.away"), folder_.File("data/key"));
  ServeOnce();
}

TEST_F(StartTest, WithAnothersKeyAStoreIsNotServed) {
  ServeOnce();
  const std::string first = flags_.data_dir;
  flags_.data_dir = folder_.File("other");
  ServeOnce();
  flags_.data_dir = first;
  flags_.more = {"--key_file", folder_.File("other/key")};
  EXPECT_THAT(Refusal(1), HasSubstr("the key does not fit the store"));
}

TEST_F(StartTest, AKeyThatOthersCanReadIsRefused) {
  ServeOnce();
  chmod(folder_.File("data/key").c_str(), 0444);
  EXPECT_THAT(Refusal(1), HasSubstr("key"));
}

TEST_F(StartTest, ADataFolderThatIsOpenToOthersIsRefused) {
  std::filesystem::create_directory(folder_.File("data"));
  chmod(folder_.File("data").c_str(), 0755);
  EXPECT_THAT(Refusal(1), HasSubstr("chmod 0700"));
}

TEST_F(StartTest, TwoServersCannotShareAPortOrADataFolder) {
  auto first = ServerProcess::Start(flags_);
  ASSERT_TRUE(first.ok()) << first.status();
  flags_.log_file = folder_.File("second.log");
  EXPECT_THAT(Refusal(1), HasSubstr("another")) << "the same data folder";
  flags_.data_dir = folder_.File("elsewhere");
  flags_.listen = (*first)->address();
  EXPECT_THAT(Refusal(1), HasSubstr("cannot listen on")) << "the same port";
}

TEST_F(StartTest, AllFaultsOfTheConfigurationAreToldAtOnce) {
  flags_.listen = "0.0.0.0:0";
  flags_.more = {"--lastpass_url", "http://lastpass.com", "--tls_cert", "/absent"};
  EXPECT_THAT(Refusal(2),
              AllOf(HasSubstr("https://"), HasSubstr("/absent"), HasSubstr("tls needs all")));
}

TEST_F(StartTest, OtherMachinesNeedTls) {
  flags_.listen = "0.0.0.0:0";
  EXPECT_THAT(Refusal(2), AllOf(HasSubstr("needs TLS"), HasSubstr("--tls_cert")));
}

TEST_F(StartTest, HelpTeachesAndChecksAreDryRuns) {
  const Ended help = RunProgram({kProgram, "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out,
              AllOf(HasSubstr("Examples"), HasSubstr("--data_dir"), HasSubstr("Exit codes")));
  EXPECT_EQ(RunProgram({kProgram, "--no_such_flag"}).exit_code, 2);
  EXPECT_EQ(RunProgram({kProgram, "--version"}).exit_code, 0);
  const Ended check =
      RunProgram({kProgram, "--check_config", "--data_dir", folder_.File("untouched")});
  EXPECT_EQ(check.exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder_.File("untouched")));
  const std::string config = Write("bad.txtpb", "listen: \"x\"\nno_such_field: 1\n");
  const Ended bad = RunProgram({kProgram, "--check_config", "--config", config});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.err, AllOf(HasSubstr("bad.txtpb:2:"), HasSubstr("no_such_field")));
}

TEST_F(StartTest, ServesAUnixSocket) {
  flags_.listen = "unix:" + folder_.File("socket");
  auto server = ServerProcess::Start(flags_);
  ASSERT_TRUE(server.ok()) << server.status();
  auto client = Client::Connect({.server = flags_.listen});
  ASSERT_TRUE(client.ok());
  const auto connectors = client->ListConnectors();
  EXPECT_TRUE(connectors.ok()) << connectors.status();
}

TEST_F(StartTest, ServesOverTlsToCallersWithACertificate) {
  const simulator::Identity server_identity = MakeIdentity(simulator::CertificateKind::kGood);
  const simulator::Identity caller = MakeIdentity(simulator::CertificateKind::kGood);
  const simulator::Identity stranger = MakeIdentity(simulator::CertificateKind::kGood);
  flags_.more = {"--tls_cert",      Write("server.pem", server_identity.certificate_pem),
                 "--tls_key",       Write("server.key", server_identity.key_pem),
                 "--tls_client_ca", Write("callers.pem", caller.ca_pem)};
  auto server = ServerProcess::Start(flags_);
  ASSERT_TRUE(server.ok()) << server.status();

  client::ChannelOptions options;
  options.server = (*server)->address();
  options.ca_file = Write("ca.pem", server_identity.ca_pem);
  options.cert_file = Write("caller.pem", caller.certificate_pem);
  options.key_file = Write("caller.key", caller.key_pem);
  const auto reach = [](const client::ChannelOptions& way) {
    auto client = Client::Connect(way, {.read = absl::Seconds(5)});
    EXPECT_TRUE(client.ok()) << client.status();
    return client->ListConnectors().status();
  };
  EXPECT_TRUE(reach(options).ok()) << reach(options);

  client::ChannelOptions unknown_caller = options;
  unknown_caller.cert_file = Write("stranger.pem", stranger.certificate_pem);
  unknown_caller.key_file = Write("stranger.key", stranger.key_pem);
  EXPECT_FALSE(reach(unknown_caller).ok()) << "a certificate of another authority";
  EXPECT_FALSE(reach({.server = options.server}).ok()) << "in clear";
  client::ChannelOptions wrong_server = options;
  wrong_server.ca_file = Write("wrong-ca.pem", stranger.ca_pem);
  EXPECT_FALSE(reach(wrong_server).ok()) << "the caller does not trust this server";
}

using reflection::ServerReflectionRequest;
using reflection::ServerReflectionResponse;

// Asks over reflection; nullopt when there is none.
absl::optional<ServerReflectionResponse> Reflect(const ServerProcess& server,
                                                 const ServerReflectionRequest& request) {
  const std::shared_ptr<grpc::Channel> channel = server.NewChannel();
  const grpc::internal::RpcMethod method(
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
      grpc::internal::RpcMethod::BIDI_STREAMING, channel);
  grpc::ClientContext context;
  using Factory =
      grpc::internal::ClientReaderWriterFactory<ServerReflectionRequest, ServerReflectionResponse>;
  const std::unique_ptr<grpc::ClientReaderWriter<ServerReflectionRequest, ServerReflectionResponse>>
      stream(Factory::Create(channel.get(), method, &context));
  ServerReflectionResponse response;
  stream->Write(request);
  stream->WritesDone();
  if (!stream->Read(&response)) return absl::nullopt;
  return response;
}

TEST_F(StartTest, AGenericClientLearnsTheWholeApi) {
  auto server = ServerProcess::Start(flags_);
  ASSERT_TRUE(server.ok()) << server.status();
  ServerReflectionRequest list;
  list.set_list_services("*");
  const auto listed = Reflect(**server, list);
  ASSERT_TRUE(listed.has_value());
  std::set<std::string> names;
  for (const auto& service : listed->list_services_response().service()) {
    names.insert(service.name());
    if (service.name() == "grpc.reflection.v1alpha.ServerReflection") continue;
    ServerReflectionRequest describe;
    describe.set_file_containing_symbol(service.name());
    const auto described = Reflect(**server, describe);
    ASSERT_TRUE(described.has_value());
    EXPECT_GE(described->file_descriptor_response().file_descriptor_proto_size(), 1)
        << service.name();
  }
  EXPECT_THAT(names,
              testing::IsSupersetOf({"credlink.v1.LinkService", "credlink.v1.ConnectorService",
                                     "grpc.health.v1.Health"}));
}

TEST_F(StartTest, ReflectionCanBeSwitchedOff) {
  flags_.more = {"--no-reflection"};
  auto server = ServerProcess::Start(flags_);
  ASSERT_TRUE(server.ok()) << server.status();
  ServerReflectionRequest list;
  list.set_list_services("*");
  EXPECT_FALSE(Reflect(**server, list).has_value());
}

}  // namespace
}  // namespace credlink
