#include "client/cpp/client.h"

#include <grpcpp/client_context.h>

#include <chrono>
#include <thread>

#include "server/accounts/uuid.h"
#include "server/secrets/sensitive_fields.h"

namespace credlink::client {
namespace {

constexpr int kLinkAttempts = 4;
constexpr absl::Duration kFirstPause = absl::Milliseconds(100);

using TimePoint = std::chrono::system_clock::time_point;

TimePoint In(absl::Duration timeout) {
  return std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout);
}

// One call of a stub's method.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Invoke(Stub& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request, TimePoint deadline) {
  grpc::ClientContext context;
  context.set_deadline(deadline);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return ToStatus(status);
  return response;
}

// The server's own UNAVAILABLE has a reason and was decided; without one, the connection broke.
bool ConnectionBroke(const absl::Status& status) {
  return absl::IsUnavailable(status) && DetailsOf(status).reason.empty();
}

}  // namespace

absl::StatusOr<Client> Client::Connect(const ChannelOptions& options, const Timeouts& timeouts) {
  absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = MakeChannel(options);
  if (!channel.ok()) return channel.status();
  return Client(*channel, timeouts);
}

Client::Client(const std::shared_ptr<grpc::Channel>& channel, const Timeouts& timeouts)
    : link_(v1::LinkService::NewStub(channel)),
      connectors_(v1::ConnectorService::NewStub(channel)),
      timeouts_(timeouts) {}

absl::StatusOr<v1::ValidateCredentialsResponse> Client::Validate(
    v1::ValidateCredentialsRequest request) {
  auto response = Invoke(*link_, &v1::LinkService::Stub::ValidateCredentials, request,
                         In(timeouts_.live_check));
  WipeSensitiveFields(request);
  return response;
}

absl::StatusOr<v1::LinkAccountResponse> Client::Link(v1::LinkAccountRequest request) {
  if (request.request_id().empty()) request.set_request_id(NewUuid(absl::Now()));
  const TimePoint deadline = In(timeouts_.live_check);
  absl::StatusOr<v1::LinkAccountResponse> response;
  absl::Duration pause = kFirstPause;
  for (int attempt = 1;; ++attempt, pause *= 2) {
    response = Invoke(*link_, &v1::LinkService::Stub::LinkAccount, request, deadline);
    if (!ConnectionBroke(response.status()) || attempt == kLinkAttempts) break;
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(pause));
  }
  WipeSensitiveFields(request);
  return response;
}

absl::StatusOr<v1::ListAccountsResponse> Client::List(const v1::ListAccountsRequest& request) {
  return Invoke(*link_, &v1::LinkService::Stub::ListAccounts, request, In(timeouts_.read));
}

absl::Status Client::ListAll(v1::ListAccountsRequest request,
                             absl::FunctionRef<bool(const v1::Account&)> take) {
  do {
    absl::StatusOr<v1::ListAccountsResponse> page = List(request);
    if (!page.ok()) return page.status();
    for (const v1::Account& account : page->accounts()) {
      if (!take(account)) return absl::OkStatus();
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::StatusOr<v1::Account> Client::Get(const std::string& name) {
  v1::GetAccountRequest request;
  request.set_name(name);
  auto response = Invoke(*link_, &v1::LinkService::Stub::GetAccount, request, In(timeouts_.read));
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_account());
}

absl::StatusOr<v1::ListConnectorsResponse> Client::ListConnectors() {
  return Invoke(*connectors_, &v1::ConnectorService::Stub::ListConnectors,
                v1::ListConnectorsRequest(), In(timeouts_.read));
}

absl::StatusOr<v1::Connector> Client::GetConnector(const std::string& name) {
  v1::GetConnectorRequest request;
  request.set_name(name);
  auto response =
      Invoke(*connectors_, &v1::ConnectorService::Stub::GetConnector, request, In(timeouts_.read));
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_connector());
}

}  // namespace credlink::client
