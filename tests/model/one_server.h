// A server in this process, which nobody kills.
#pragma once

#include "tests/model/client.h"
#include "tests/rpc/test_server.h"

namespace credlink::model {

class OneServer final : public ServerLine {
 public:
  // `server` must outlive the connections.
  explicit OneServer(TestServer& server) : server_(server) {}

  Connection ConnectAfter(int server) override {
    if (server > 0) return {};
    return {1, v1::LinkService::NewStub(server_.NewChannel())};
  }

 private:
  TestServer& server_;
};

}  // namespace credlink::model
