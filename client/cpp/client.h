// Credlink for C++ programs: the calls of LinkService and ConnectorService as plain functions.
//
//   absl::StatusOr<Client> client = Client::Connect({.server = "127.0.0.1:50051"});
//   absl::StatusOr<v1::LinkAccountResponse> linked = client->Link(std::move(request));
//
// Every function blocks until the answer is there or its time is over. Errors are absl::Status with
// the server's details as payloads; DetailsOf (error.h) reads them.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/cpp/channel.h"
#include "client/cpp/error.h"
#include "client/cpp/stopper.h"
#include "credlink/v1/connector_service.grpc.pb.h"
#include "credlink/v1/link_service.grpc.pb.h"

namespace credlink::client {

// Thread-safe. Cheap to move; keep one and share it: it holds one connection for all calls.
class Client {
 public:
  struct Timeouts {
    absl::Duration read = absl::Seconds(10);
    absl::Duration write = absl::Seconds(30);       // for changes that ask nobody
    absl::Duration live_check = absl::Seconds(30);  // for calls that ask LastPass
  };

  // Does not wait for a connection; a server that is not there shows at the first call.
  static absl::StatusOr<Client> Connect(const ChannelOptions& options) {
    return Connect(options, Timeouts{});
  }
  static absl::StatusOr<Client> Connect(const ChannelOptions& options, const Timeouts& timeouts);

  // OK whatever the verdict is; look at it. The request's secrets are wiped.
  absl::StatusOr<v1::ValidateCredentialsResponse> Validate(v1::ValidateCredentialsRequest request);

  // Changes. Each gives the request a request_id when it has none. When the connection breaks
  // before the answer is there, the same request is sent again, within its time: it is done once.
  // The request's secrets are wiped. What the server decided, UNAVAILABLE included, is not
  // repeated.
  absl::StatusOr<v1::LinkAccountResponse> Link(v1::LinkAccountRequest request);
  absl::StatusOr<v1::UpdateAccountResponse> Update(v1::UpdateAccountRequest request);
  absl::StatusOr<v1::RotateCredentialsResponse> Rotate(v1::RotateCredentialsRequest request);
  absl::StatusOr<v1::RollbackCredentialsResponse> Rollback(v1::RollbackCredentialsRequest request);
  // OK whatever the verdict is; look at it.
  absl::StatusOr<v1::CheckAccountResponse> Check(v1::CheckAccountRequest request);
  absl::StatusOr<v1::SuspendAccountResponse> Suspend(v1::SuspendAccountRequest request);
  absl::StatusOr<v1::ResumeAccountResponse> Resume(v1::ResumeAccountRequest request);
  absl::StatusOr<v1::DeleteAccountResponse> Delete(v1::DeleteAccountRequest request);
  absl::StatusOr<v1::UndeleteAccountResponse> Undelete(v1::UndeleteAccountRequest request);
  absl::StatusOr<v1::PurgeAccountResponse> Purge(v1::PurgeAccountRequest request);

  // One page.
  absl::StatusOr<v1::ListAccountsResponse> List(const v1::ListAccountsRequest& request);

  // Every account from the request's page on, in order, a page at a time; ends early when `take`
  // answers false.
  absl::Status ListAll(v1::ListAccountsRequest request,
                       absl::FunctionRef<bool(const v1::Account&)> take);

  absl::StatusOr<v1::Account> Get(const std::string& name);

  // Calls `take` for every event, in order, until it answers false or the stopper is told: then OK.
  // The event that it answers false to counts as taken. When the stream breaks (UNAVAILABLE) or the
  // server has too many calls (SERVER_OVERLOADED), it begins anew where it was, for as long as that
  // takes; an event may then come twice. A server that is away is found again in 2 s or so; while
  // one is there that does not answer, the pauses grow to 5 s or are as long as it asks for. Any
  // other error ends it, and so does a server that is not there at the start. `on_connection` hears
  // when a watch that had begun is broken, once, and when it is answered again.
  // request.resume_token is where the watch stands: send it again to go on. It is read and written
  // on the calling thread, which `take` and `on_connection` run on, too.
  absl::Status Watch(v1::WatchAccountsRequest& request,
                     absl::FunctionRef<bool(const v1::Event&)> take, Stopper* stopper = nullptr,
                     const std::function<void(bool connected)>& on_connection = {});

  absl::StatusOr<v1::ListConnectorsResponse> ListConnectors();

  absl::StatusOr<v1::Connector> GetConnector(const std::string& name);

 private:
  Client(const std::shared_ptr<grpc::Channel>& channel, const Timeouts& timeouts);

  std::unique_ptr<v1::LinkService::Stub> link_;
  std::unique_ptr<v1::ConnectorService::Stub> connectors_;
  Timeouts timeouts_;
};

}  // namespace credlink::client
