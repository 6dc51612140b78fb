// credlink.v1.ConnectorService: what can be linked, and how to ask for it.
#pragma once

#include "credlink/v1/connector_service.grpc.pb.h"
#include "server/accounts/providers.h"
#include "server/rpc/call.h"

namespace credlink {

class ConnectorService final : public v1::ConnectorService::CallbackService {
 public:
  ConnectorService(CallEnvironment& environment, const Providers& providers)
      : environment_(environment), providers_(providers) {}

  grpc::ServerUnaryReactor* ListConnectors(grpc::CallbackServerContext* context,
                                           const v1::ListConnectorsRequest* request,
                                           v1::ListConnectorsResponse* response) override;
  grpc::ServerUnaryReactor* GetConnector(grpc::CallbackServerContext* context,
                                         const v1::GetConnectorRequest* request,
                                         v1::GetConnectorResponse* response) override;

 private:
  Task<absl::Status> List(v1::ListConnectorsResponse& response);
  Task<absl::Status> Get(const v1::GetConnectorRequest& request,
                         v1::GetConnectorResponse& response);

  CallEnvironment& environment_;
  const Providers& providers_;
};

}  // namespace credlink
