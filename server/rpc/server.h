// The gRPC server: listener, limits, health, and how it stops.
#pragma once

#include <grpcpp/impl/service_type.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace credlink {

// See credlink.config.v1.Limits for what each means.
struct ServerLimits {
  int max_streams_per_connection = 100;
  int max_request_bytes = 16 * 1024;
  int max_metadata_bytes = 8 * 1024;
  absl::Duration handshake_timeout = absl::Seconds(5);
  absl::Duration max_connection_idle = absl::Minutes(5);
  absl::Duration max_connection_age = absl::Minutes(10);
  absl::Duration max_connection_age_grace = absl::Seconds(30);
};

struct ServerOptions {
  std::string listen;  // as gRPC spells it: "127.0.0.1:50051", "unix:/path"
  std::shared_ptr<grpc::ServerCredentials> credentials;
  ServerLimits limits;
  bool reflection = false;
};

// Both functions are asked every few milliseconds, by the thread that drains.
struct DrainOptions {
  absl::Duration grace;  // so long calls in flight have
  // That they are not waited for any longer.
  std::function<bool()> hurry = [] { return false; };
  // That no call of the services given to Start is in flight. What is left then, such as a health
  // watch, lasts for as long as its client likes, and is given a second.
  std::function<bool()> idle = [] { return false; };
};

// Serves from Start on; every service must outlive it.
class Server {
 public:
  // Health answers SERVING from the start: whoever starts a server has proven its store and keys
  // before. UNAVAILABLE, with a text for the operator, when the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       const std::vector<grpc::Service*>& services);
  // Cancels what is in flight and waits for it.
  ~Server();

  // What grpc.health.v1 answers, for the whole server and for each service. Thread-safe.
  void SetServing(bool serving);

  // Refuses new calls, and tells the clients so; lets those in flight finish, as `options` say;
  // cancels the rest. Returns when all have ended. Blocks.
  void Drain(const DrainOptions& options);

  // The port that was taken; 0 for a Unix socket.
  int port() const { return port_; }

  // For clients in the same process.
  std::shared_ptr<grpc::Channel> InProcessChannel() {
    return server_->InProcessChannel(grpc::ChannelArguments());
  }

 private:
  Server() = default;

  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  bool drained_ = false;
};

}  // namespace credlink
