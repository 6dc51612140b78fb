#include "server/rpc/server.h"

#include <grpc/grpc.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <chrono>
#include <future>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "credlink/v1/connector_service.grpc.pb.h"
#include "credlink/v1/link_service.grpc.pb.h"
#include "server/rpc/health_service.pb.h"
#include "server/runtime/deadline.h"

namespace credlink {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(20);  // between two looks at a drain
constexpr absl::Duration kForOwnCalls = absl::Seconds(1);

int Millis(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

void ApplyLimits(const ServerLimits& limits, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(limits.max_request_bytes);
  builder.SetMaxSendMessageSize(4 << 20);  // what clients accept
  // A second server must not share the port in silence.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // gRPC 1.51 inflates a message before it looks at its size.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits.max_streams_per_connection);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, limits.max_metadata_bytes);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                             Millis(limits.handshake_timeout));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, Millis(limits.max_connection_idle));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, Millis(limits.max_connection_age));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                             Millis(limits.max_connection_age_grace));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 30'000);
}

// libgrpc++_reflection adds itself to every server of the process; this takes it out of one.
class NoReflection final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->erase(std::remove_if(plugins->begin(), plugins->end(),
                                  [](const auto& plugin) {
                                    return plugin->name() == "proto_server_reflection";
                                  }),
                   plugins->end());
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      const std::vector<grpc::Service*>& services) {
  grpc::EnableDefaultHealthCheckService(true);  // a process-wide switch of gRPC's
  // Naming it links it in, so that reflection can describe the health service too.
  grpc::health::v1::HealthCheckResponse::descriptor();

  std::unique_ptr<Server> server(new Server);
  grpc::ServerBuilder builder;
  ApplyLimits(options.limits, builder);
  builder.AddListeningPort(options.listen, options.credentials, &server->port_);
  if (!options.reflection) builder.SetOption(std::make_unique<NoReflection>());
  for (grpc::Service* service : services) builder.RegisterService(service);
  server->server_ = builder.BuildAndStart();
  const bool is_socket = options.listen.rfind("unix:", 0) == 0;
  if (server->server_ == nullptr || (server->port_ == 0 && !is_socket)) {
    return absl::UnavailableError(absl::StrCat(
        "cannot listen on ", options.listen,
        ": the address is in use, is not one of this machine's, or needs more rights"));
  }
  server->SetServing(true);
  return server;
}

Server::~Server() { Drain({absl::ZeroDuration()}); }

void Server::SetServing(bool serving) {
  grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService();
  health->SetServingStatus(serving);  // those that have been named before
  health->SetServingStatus("", serving);
  health->SetServingStatus(v1::LinkService::service_full_name(), serving);
  health->SetServingStatus(v1::ConnectorService::service_full_name(), serving);
}

// gRPC's own deadline of a shutdown cannot be moved once it has begun, so the shutdown has none,
// and the calls are cancelled from here.
void Server::Drain(const DrainOptions& options) {
  if (server_ == nullptr || drained_) return;
  drained_ = true;
  std::future<void> end = std::async(std::launch::async, [this] { server_->Shutdown(); });
  const auto has_ended = [&end] {
    return end.wait_for(absl::ToChronoMilliseconds(kLook)) == std::future_status::ready;
  };
  const Deadline until = Deadline::In(options.grace);
  absl::optional<Deadline> alone_until;
  bool hurry = false;
  while (!has_ended()) {
    if (!options.idle()) {
      alone_until.reset();
    } else if (!alone_until) {
      alone_until = Deadline::In(kForOwnCalls);
    }
    hurry = hurry || options.hurry() || until.Passed() || (alone_until && alone_until->Passed());
    // Again and again: a call may have come in while the shutdown began.
    if (hurry) grpc_server_cancel_all_calls(server_->c_server());
  }
  server_->Wait();
}

}  // namespace credlink
