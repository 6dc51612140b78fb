// Calls on a server that may be killed at any moment.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <memory>
#include <string>

#include "credlink/v1/link_service.grpc.pb.h"

namespace credlink::model {

using Stub = v1::LinkService::Stub;

// ErrorInfo.reason, or ResourceInfo.resource_name; empty when there is none.
std::string ReasonOf(const grpc::Status& status);
std::string ResourceOf(const grpc::Status& status);

// A call that ended so got no answer from the server.
bool IsLost(const grpc::Status& status);

// A server, and those that come after it when it is killed.
class ServerLine {
 public:
  struct Connection {
    int server = 0;              // counts them from 1 (or the connections, where there is one)
    std::shared_ptr<Stub> stub;  // null when there is no such server in time
  };

  virtual ~ServerLine() = default;
  // A connection of its own to a server later than `server`, as soon as there is one. Thread-safe.
  virtual Connection ConnectAfter(int server) = 0;
};

// Not thread-safe.
class Client {
 public:
  explicit Client(ServerLine& servers) : servers_(servers), connection_(servers.ConnectAfter(0)) {}

  // Calls until the call is answered: what is sent again must be safe to repeat. When there is no
  // server to go on with, the answer is UNAVAILABLE with what gRPC said of the last loss.
  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    while (connection_.stub != nullptr) {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
      response->Clear();
      grpc::Status status = (connection_.stub.get()->*method)(&context, request, response);
      if (!IsLost(status)) return status;
      ++lost_;
      last_loss_ = context.debug_error_string();
      connection_ = servers_.ConnectAfter(connection_.server);
    }
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "no server any more; lost: " + last_loss_);
  }

  // How many calls had to be repeated.
  int lost() const { return lost_; }

 private:
  ServerLine& servers_;
  ServerLine::Connection connection_;
  int lost_ = 0;
  std::string last_loss_;
};

// Each request's method.
inline auto MethodOf(const v1::ValidateCredentialsRequest&) { return &Stub::ValidateCredentials; }
inline auto MethodOf(const v1::LinkAccountRequest&) { return &Stub::LinkAccount; }
inline auto MethodOf(const v1::ListAccountsRequest&) { return &Stub::ListAccounts; }
inline auto MethodOf(const v1::GetAccountRequest&) { return &Stub::GetAccount; }
inline auto MethodOf(const v1::UpdateAccountRequest&) { return &Stub::UpdateAccount; }
inline auto MethodOf(const v1::RotateCredentialsRequest&) { return &Stub::RotateCredentials; }
inline auto MethodOf(const v1::RollbackCredentialsRequest&) { return &Stub::RollbackCredentials; }
inline auto MethodOf(const v1::CheckAccountRequest&) { return &Stub::CheckAccount; }
inline auto MethodOf(const v1::SuspendAccountRequest&) { return &Stub::SuspendAccount; }
inline auto MethodOf(const v1::ResumeAccountRequest&) { return &Stub::ResumeAccount; }
inline auto MethodOf(const v1::DeleteAccountRequest&) { return &Stub::DeleteAccount; }
inline auto MethodOf(const v1::UndeleteAccountRequest&) { return &Stub::UndeleteAccount; }
inline auto MethodOf(const v1::PurgeAccountRequest&) { return &Stub::PurgeAccount; }

// An empty response of a method.
template <typename Request, typename Response>
Response ResponseOf(grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*)) {
  return Response();
}

}  // namespace credlink::model
