// How to reach a Credlink server.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace credlink::client {

struct ChannelOptions {
  std::string server = "127.0.0.1:50051";  // as CheckServer wants it
  std::string ca_file{};    // PEM: who signs the server's certificate; needs the two below
  std::string cert_file{};  // PEM: the certificate chain that says who is calling
  std::string key_file{};   // PEM: its private key
};

// INVALID_ARGUMENT unless it is host:port, [ipv6]:port or unix:path. The message says what it must
// be, without a name for it.
absl::Status CheckServer(absl::string_view server);

// A channel with Credlink's service config: reads are tried up to 4 times while the server is
// UNAVAILABLE. Connects when it is first used. INVALID_ARGUMENT when CheckServer says so, when a
// file cannot be read, when only some of the three are given, or when there are none and the server
// is not on this machine: secrets never leave it in clear.
absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const ChannelOptions& options);

}  // namespace credlink::client
