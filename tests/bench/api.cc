#include "tests/bench/api.h"

#include <grpcpp/channel.h>

#include <atomic>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "credlink/v1/link_service.grpc.pb.h"
#include "server/providers/lastpass/probe_request.h"
#include "tests/bench/load.h"

namespace credlink::bench {
namespace {

constexpr int kPageSize = 100;

v1::LinkAccountRequest LinkRequest(const SimulatorServer& simulator, const std::string& owner) {
  v1::LinkAccountRequest request;
  request.set_parent(kTenant);
  request.mutable_owner()->set_id(owner);
  v1::LastPassCredentials& pair = *request.mutable_credentials()->mutable_lastpass();
  pair.set_account_number(simulator.account_number);
  pair.set_provisioning_hash(simulator.hash);
  request.set_label("Head office");
  return request;
}

v1::ListAccountsRequest ListRequest() {
  v1::ListAccountsRequest request;
  request.set_parent(kTenant);
  request.set_page_size(kPageSize);
  return request;
}

std::unique_ptr<v1::LinkService::Stub> NewStub(int port) {
  return v1::LinkService::NewStub(NewChannel(port));
}

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(kCallTimeoutSeconds));
}

absl::Status ToAbsl(absl::string_view method, const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(method, ": ", status.error_message()));
}

}  // namespace

std::unique_ptr<GrpcTarget> LinkTarget(int port, const SimulatorServer& simulator,
                                       const std::string& prefix) {
  const v1::LinkAccountRequest request = LinkRequest(simulator, "");
  auto number = std::make_shared<std::atomic<int64_t>>(0);
  return std::make_unique<GrpcTarget>(
      port, "/credlink.v1.LinkService/LinkAccount",
      [request, prefix, number] {
        v1::LinkAccountRequest mine = request;
        mine.mutable_owner()->set_id(absl::StrCat(prefix, "-", number->fetch_add(1)));
        return ToByteBuffer(mine.SerializeAsString());
      },
      [](const grpc::ByteBuffer& answer) { return answer.Length() > 0; });
}

std::unique_ptr<HttpTarget> ProbeTarget(const SimulatorServer& simulator) {
  ProviderCredentials pair{simulator.account_number, Secret(simulator.hash)};
  Post post;
  post.url = absl::StrCat(simulator.url, lastpass::kPath);
  post.ca_file = simulator.ca_file;
  post.body = std::string(lastpass::MakeProbeBody(pair).Reveal());
  post.expected = "\"total\"";
  return std::make_unique<HttpTarget>(std::move(post));
}

std::unique_ptr<GrpcTarget> NoOpTarget(int port) {
  v1::GetAccountRequest request;
  request.set_name(absl::StrCat(kTenant, "/accounts/1"));
  const grpc::ByteBuffer bytes = ToByteBuffer(request.SerializeAsString());
  return std::make_unique<GrpcTarget>(
      port, "/credlink.v1.LinkService/GetAccount", [bytes] { return bytes; },
      [](const grpc::ByteBuffer& answer) { return answer.Length() == 0; });
}

std::unique_ptr<GrpcTarget> ListTarget(int port, size_t answer_bytes) {
  const grpc::ByteBuffer bytes = ToByteBuffer(ListRequest().SerializeAsString());
  return std::make_unique<GrpcTarget>(
      port, "/credlink.v1.LinkService/ListAccounts", [bytes] { return bytes; },
      [answer_bytes](const grpc::ByteBuffer& answer) { return answer.Length() == answer_bytes; });
}

absl::Status SetLatency(const SimulatorServer& simulator, int millis) {
  Post post;
  post.url = absl::StrCat(simulator.url, "/_simulator/fault");
  post.ca_file = simulator.ca_file;
  post.body = absl::StrCat(R"({"kind":"none","latency_ms":)", millis, "}");
  post.expected = "\"ok\":true";
  HttpTarget control(std::move(post));
  return TimeOneCall(control).status();
}

absl::Status LinkSome(int port, const SimulatorServer& simulator, int accounts) {
  const auto stub = NewStub(port);
  for (int i = 0; i < accounts; ++i) {
    const v1::LinkAccountRequest request = LinkRequest(simulator, absl::StrCat("customer-", i));
    v1::LinkAccountResponse response;
    grpc::ClientContext context;
    SetDeadline(context);
    const absl::Status status =
        ToAbsl("LinkAccount", stub->LinkAccount(&context, request, &response));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ListOnce(int port) {
  v1::ListAccountsResponse response;
  grpc::ClientContext context;
  SetDeadline(context);
  const absl::Status status =
      ToAbsl("ListAccounts", NewStub(port)->ListAccounts(&context, ListRequest(), &response));
  if (!status.ok()) return status;
  if (response.accounts_size() != kPageSize) {
    return absl::InternalError(absl::StrCat("listed ", response.accounts_size(), " accounts"));
  }
  return response.SerializeAsString();
}

}  // namespace credlink::bench
