// A whole server on a free port, with a store in memory and a provider that does as it is told.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "credlink/v1/connector_service.grpc.pb.h"
#include "credlink/v1/link_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "server/accounts/account_services.h"
#include "server/rpc/connector_service.h"
#include "server/rpc/link_service.h"
#include "server/rpc/server.h"
#include "server/secrets/file_key_provider.h"
#include "server/store/memory_store.h"
#include "tests/rpc/fake_provider.h"

namespace credlink {

class TestServer {
 public:
  explicit TestServer(int max_calls_in_flight = 1000, ServerLimits limits = {},
                      const AccountOptions& options = {});
  ~TestServer();

  FakeProvider& provider() { return provider_; }
  MemoryStore& store() { return store_; }
  FakeClock& clock() { return clock_; }
  KeyRing& keys() { return *keys_; }
  AccountServices& accounts() { return *accounts_; }
  Executor& executor() { return executor_; }
  Server& server() { return *server_; }
  Admission& admission() { return admission_; }
  CallEnvironment& calls() { return environment_; }
  std::string address() const;
  // The log so far.
  std::string LogText() const;

  // A channel of its own over TCP.
  std::shared_ptr<grpc::Channel> NewChannel() const;
  v1::LinkService::Stub& link() { return *link_; }
  v1::ConnectorService::Stub& connectors() { return *connectors_; }

  grpc::Status Link(const v1::LinkAccountRequest& request, v1::LinkAccountResponse* response);
  grpc::Status List(const v1::ListAccountsRequest& request, v1::ListAccountsResponse* response);

  // A request that is in order: tenant acme, owner "owner-1", CID 1234567.
  static v1::LinkAccountRequest GoodRequest();

 private:
  std::string folder_;
  Log log_;
  FakeClock clock_;
  Executor executor_;
  MemoryStore store_;
  FakeProvider provider_;
  Providers providers_;
  std::unique_ptr<FileKeyProvider> key_provider_;
  std::unique_ptr<KeyRing> keys_;
  std::unique_ptr<AccountServices> accounts_;
  Admission admission_;
  Admission watch_admission_;
  CallEnvironment environment_;
  StreamEnvironment streams_;
  std::unique_ptr<LinkService> link_service_;
  std::unique_ptr<ConnectorService> connector_service_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::LinkService::Stub> link_;
  std::unique_ptr<v1::ConnectorService::Stub> connectors_;
};

// The detail of that type in an error; nullopt when there is none.
template <typename Detail>
absl::optional<Detail> DetailOf(const grpc::Status& status);

// ErrorInfo.reason; empty when there is none.
std::string ReasonIn(const grpc::Status& status);

}  // namespace credlink
