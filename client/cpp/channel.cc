#include "client/cpp/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cpp/service_config.h"
#include "server/http/addresses.h"

namespace credlink::client {
namespace {

absl::StatusOr<std::string> ReadPem(const std::string& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  if (!file || content.str().empty()) {
    return absl::InvalidArgumentError(absl::StrCat("cannot read ", path, ", or it is empty"));
  }
  return content.str();
}

bool IsOnThisMachine(absl::string_view server) {
  if (absl::StartsWith(server, "unix:")) return true;
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

absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const ChannelOptions& options) {
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
