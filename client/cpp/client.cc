#include "client/cpp/client.h"

#include "client/cpp/call.h"

namespace credlink::client {

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
