#include "server/rpc/connector_service.h"

#include "server/accounts/names.h"
#include "server/faults/faults.h"

namespace credlink {

grpc::ServerUnaryReactor* ConnectorService::ListConnectors(grpc::CallbackServerContext* context,
                                                           const v1::ListConnectorsRequest*,
                                                           v1::ListConnectorsResponse* response) {
  return Call::Start(environment_, context, "ListConnectors",
                     [this, response](CallInfo) { return List(*response); });
}

Task<absl::Status> ConnectorService::List(v1::ListConnectorsResponse& response) {
  for (const Provider* provider : providers_.all()) {
    *response.add_connectors() = provider->connector();
  }
  co_return absl::OkStatus();
}

grpc::ServerUnaryReactor* ConnectorService::GetConnector(grpc::CallbackServerContext* context,
                                                         const v1::GetConnectorRequest* request,
                                                         v1::GetConnectorResponse* response) {
  return Call::Start(environment_, context, "GetConnector",
                     [this, request, response](CallInfo) { return Get(*request, *response); });
}

Task<absl::Status> ConnectorService::Get(const v1::GetConnectorRequest& request,
                                         v1::GetConnectorResponse& response) {
  absl::optional<std::string> id = ParseConnectorName(request.name());
  if (!id) co_return MalformedField("name", request.name(), kConnectorNameShape);
  const Provider* provider = providers_.Find(*id);
  if (provider == nullptr) {
    co_return Fault(v1::ERROR_REASON_CONNECTOR_NOT_FOUND,
                    {"credlink.v1.Connector", request.name()});
  }
  *response.mutable_connector() = provider->connector();
  co_return absl::OkStatus();
}

}  // namespace credlink
