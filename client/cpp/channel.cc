#include "client/cpp/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <fstream>
#include <sstream>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/cpp/service_config.h"
#include "server/http/addresses.h"

namespace credlink::client {
namespace {

constexpr absl::string_view kUnix = "unix:";

absl::StatusOr<std::string> ReadPem(const std::string& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  if (!file || content.str().empty()) {
    return absl::InvalidArgumentError(absl::StrCat("cannot read ", path, ", or it is empty"));
  }
  return content.str();
}

bool IsHost(absl::string_view host) {
  const bool is_ipv6 = absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]");
  return !host.empty() && host.find_first_of(is_ipv6 ? "[]/" : "[]/:") == host.npos;
}

bool IsPort(absl::string_view text) {
  int port = 0;
  return absl::c_all_of(text, absl::ascii_isdigit) && absl::SimpleAtoi(text, &port) && port > 0 &&
         port <= 65535;
}

bool IsOnThisMachine(absl::string_view server) {
  if (absl::StartsWith(server, kUnix)) return true;
  const size_t colon = server.rfind(':');
  return colon != absl::string_view::npos && IsLoopback(server.substr(0, colon));
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeCredentials(
    const ChannelOptions& options) {
  const int given =
      !options.ca_file.empty() + !options.cert_file.empty() + !options.key_file.empty();
  if (given == 0 && IsOnThisMachine(options.server)) return grpc::InsecureChannelCredentials();
  if (given == 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        options.server,
        " is not on this machine, so it needs TLS: give a CA file, a certificate and its key"));
  }
  if (given != 3) {
    return absl::InvalidArgumentError("TLS needs all three: a CA file, a certificate and its key");
  }
  grpc::SslCredentialsOptions ssl;
  for (const auto& [path, content] : {std::make_pair(&options.ca_file, &ssl.pem_root_certs),
                                      std::make_pair(&options.cert_file, &ssl.pem_cert_chain),
                                      std::make_pair(&options.key_file, &ssl.pem_private_key)}) {
    absl::StatusOr<std::string> pem = ReadPem(*path);
    if (!pem.ok()) return pem.status();
    *content = *std::move(pem);
  }
  return grpc::SslCredentials(ssl);
}

}  // namespace

// gRPC takes the others, too: with port 443 where there is none, and another where it is too large.
absl::Status CheckServer(absl::string_view server) {
  if (absl::StartsWith(server, kUnix) && server.size() > kUnix.size()) return absl::OkStatus();
  const size_t colon = server.rfind(':');
  if (colon != server.npos && IsHost(server.substr(0, colon)) && IsPort(server.substr(colon + 1))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "must be host:port with a port from 1 to 65535, [ipv6]:port or unix:path");
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const ChannelOptions& options) {
  const absl::Status server = CheckServer(options.server);
  if (!server.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("the server ", server.message()));
  }
  absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> credentials = MakeCredentials(options);
  if (!credentials.ok()) return credentials.status();
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(kServiceConfig);
  // An internal server is never behind the proxy that the environment names for the internet.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  // A server that comes back is found again in 2 s or so, not in gRPC's two minutes.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  // A page of 1000 accounts, each with every annotation that it may have.
  arguments.SetMaxReceiveMessageSize(32 << 20);
  return grpc::CreateCustomChannel(options.server, *credentials, arguments);
}

}  // namespace credlink::client
