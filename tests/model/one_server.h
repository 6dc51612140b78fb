// A server in this process, which nobody kills.
#pragma once

#include <grpcpp/channel.h>

#include <chrono>

#include "tests/model/client.h"
#include "tests/rpc/test_server.h"

namespace credlink::model {

class OneServer final : public ServerLine {
 public:
  // `server` must outlive the connections.
  explicit OneServer(TestServer& server) : server_(server) {}

  // A connection may break once, as any may: gRPC's own, seen once in hundreds of runs. A second
  // break is the server's doing.
  Connection ConnectAfter(int connection) override {
    if (connection >= kMostConnections) return {};
    const auto channel = server_.NewChannel();
    const auto in_time = std::chrono::system_clock::now() + std::chrono::seconds(30);
    if (!channel->WaitForConnected(in_time)) return {};
    return {connection + 1, v1::LinkService::NewStub(channel)};
  }

 private:
  static constexpr int kMostConnections = 2;

  TestServer& server_;
};

}  // namespace credlink::model
