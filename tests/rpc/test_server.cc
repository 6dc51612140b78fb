#include "tests/rpc/test_server.h"

#include <grpcpp/create_channel.h>
#include <stdlib.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "google/rpc/status.pb.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

std::string NewFolder() {
  const char* base = std::getenv("TEST_TMPDIR");
  std::string pattern = absl::StrCat(base == nullptr ? "/tmp" : base, "/serverXXXXXX");
  return mkdtemp(pattern.data());
}

}  // namespace

TestServer::TestServer(int max_calls_in_flight, ServerLimits limits, const AccountOptions& options)
    : folder_(NewFolder()),
      log_(LogLevel::kDebug, folder_ + "/log"),
      clock_(absl::FromUnixSeconds(1'700'000'000)),
      executor_(2),
      providers_({&provider_}),
      admission_(max_calls_in_flight),
      watch_admission_(1000),
      environment_{executor_, admission_, log_, absl::Seconds(30)},
      streams_{executor_, watch_admission_, log_} {
  if (!FileKeyProvider::Create(folder_ + "/key").ok()) abort();
  key_provider_ = *FileKeyProvider::Load(folder_ + "/key");
  keys_ = *RunTask(executor_, KeyRing::Open(*key_provider_, store_));
  accounts_ = std::make_unique<AccountServices>(
      AccountFoundations{providers_, store_, *keys_, executor_, clock_, log_}, options);
  link_service_ = std::make_unique<LinkService>(environment_, streams_, *accounts_);
  connector_service_ = std::make_unique<ConnectorService>(environment_, providers_);
  ServerOptions server_options;
  server_options.listen = "127.0.0.1:0";
  server_options.credentials = grpc::InsecureServerCredentials();
  server_options.limits = limits;
  server_options.reflection = true;
  server_ = *Server::Start(server_options, {link_service_.get(), connector_service_.get()});
  channel_ = NewChannel();
  link_ = v1::LinkService::NewStub(channel_);
  connectors_ = v1::ConnectorService::NewStub(channel_);
}

TestServer::~TestServer() {
  provider_.Release();
  accounts_->feed.Close();
  server_.reset();
}

std::string TestServer::address() const { return absl::StrCat("127.0.0.1:", server_->port()); }

std::string TestServer::LogText() const {
  std::ifstream file(folder_ + "/log");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::shared_ptr<grpc::Channel> TestServer::NewChannel() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address(), grpc::InsecureChannelCredentials(), arguments);
}

grpc::Status TestServer::Link(const v1::LinkAccountRequest& request,
                              v1::LinkAccountResponse* response) {
  grpc::ClientContext context;
  return link_->LinkAccount(&context, request, response);
}

grpc::Status TestServer::List(const v1::ListAccountsRequest& request,
                              v1::ListAccountsResponse* response) {
  grpc::ClientContext context;
  return link_->ListAccounts(&context, request, response);
}

v1::LinkAccountRequest TestServer::GoodRequest() {
  v1::LinkAccountRequest request;
  request.set_parent("tenants/acme");
  request.mutable_owner()->set_id("owner-1");
  request.mutable_credentials()->mutable_lastpass()->set_account_number("1234567");
  request.mutable_credentials()->mutable_lastpass()->set_provisioning_hash("planted-hash-0001");
  return request;
}

template <typename Detail>
absl::optional<Detail> DetailOf(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return absl::nullopt;
  for (const auto& any : details.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) return detail;
  }
  return absl::nullopt;
}

template absl::optional<google::rpc::ErrorInfo> DetailOf(const grpc::Status&);
template absl::optional<google::rpc::BadRequest> DetailOf(const grpc::Status&);
template absl::optional<google::rpc::RetryInfo> DetailOf(const grpc::Status&);
template absl::optional<google::rpc::ResourceInfo> DetailOf(const grpc::Status&);
template absl::optional<google::rpc::PreconditionFailure> DetailOf(const grpc::Status&);
template absl::optional<google::rpc::QuotaFailure> DetailOf(const grpc::Status&);

std::string ReasonIn(const grpc::Status& status) {
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  return info ? info->reason() : "";
}

}  // namespace credlink
