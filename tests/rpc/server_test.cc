#include "server/rpc/server.h"

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "server/rpc/health_service.grpc.pb.h"
#include "tests/rpc/test_server.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

HealthCheckResponse::ServingStatus HealthOf(TestServer& server, const std::string& service) {
  auto stub = grpc::health::v1::Health::NewStub(server.NewChannel());
  grpc::ClientContext context;
  HealthCheckRequest request;
  request.set_service(service);
  HealthCheckResponse response;
  const grpc::Status status = stub->Check(&context, request, &response);
  return status.ok() ? response.status() : HealthCheckResponse::UNKNOWN;
}

TEST(ServerTest, HealthFollowsSetServing) {
  TestServer server;
  for (const char* service : {"", "credlink.v1.LinkService", "credlink.v1.ConnectorService"}) {
    EXPECT_EQ(HealthOf(server, service), HealthCheckResponse::SERVING) << service;
  }
  server.server().SetServing(false);
  for (const char* service : {"", "credlink.v1.LinkService", "credlink.v1.ConnectorService"}) {
    EXPECT_EQ(HealthOf(server, service), HealthCheckResponse::NOT_SERVING) << service;
  }
}

TEST(ServerTest, APortIsServedOnce) {
  TestServer server;
  ServerOptions options;
  options.listen = server.address();
  options.credentials = grpc::InsecureServerCredentials();
  EXPECT_EQ(Server::Start(options, {}).status().code(), absl::StatusCode::kUnavailable);
}

TEST(CancellationTest, ACancelledCallStopsItsProbeAndWritesNothing) {
  TestServer server;
  server.provider().Hold();
  grpc::ClientContext context;
  auto call = std::async(std::launch::async, [&] {
    v1::LinkAccountResponse response;
    return server.link().LinkAccount(&context, TestServer::GoodRequest(), &response);
  });
  server.provider().WaitForProbes(1);
  context.TryCancel();
  EXPECT_EQ(call.get().error_code(), grpc::StatusCode::CANCELLED);
  server.provider().WaitForCancelled(1);
  server.provider().Release();

  v1::ListAccountsRequest list;
  list.set_parent("tenants/acme");
  v1::ListAccountsResponse listed;
  ASSERT_TRUE(server.List(list, &listed).ok());
  EXPECT_EQ(listed.accounts_size(), 0);
}

TEST(CancellationTest, ADeadlineStopsTheProbe) {
  TestServer server;
  server.provider().Hold();
  // On a busy machine a call may end before its probe has begun; the next one has more time.
  for (std::chrono::milliseconds time(100); server.provider().probes() == 0; time *= 2) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + time);
    v1::LinkAccountResponse response;
    EXPECT_EQ(
        server.link().LinkAccount(&context, TestServer::GoodRequest(), &response).error_code(),
        grpc::StatusCode::DEADLINE_EXCEEDED);
  }
  server.provider().WaitForCancelled(1);
}

TEST(AdmissionTest, TurnsAwayWhatIsTooMuchAndRecovers) {
  TestServer server(/*max_calls_in_flight=*/2);
  server.provider().Hold();
  std::vector<std::future<grpc::Status>> held;
  for (int i = 0; i < 2; ++i) {
    held.push_back(std::async(std::launch::async, [&server, i] {
      v1::LinkAccountRequest request = TestServer::GoodRequest();
      request.mutable_owner()->set_id(absl::StrCat("owner-", i));
      v1::LinkAccountResponse response;
      return server.Link(request, &response);
    }));
  }
  server.provider().WaitForProbes(2);
  v1::ListAccountsRequest list;
  list.set_parent("tenants/acme");
  v1::ListAccountsResponse listed;
  const grpc::Status refused = server.List(list, &listed);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonIn(refused), "SERVER_OVERLOADED");
  EXPECT_TRUE(DetailOf<google::rpc::RetryInfo>(refused).has_value());

  server.provider().Release();
  for (auto& call : held) EXPECT_TRUE(call.get().ok());
  // A place is free when the server knows that the answer was sent, a little after it arrived.
  while (server.admission().in_flight() > 0) std::this_thread::yield();
  EXPECT_TRUE(server.List(list, &listed).ok());
  EXPECT_EQ(listed.accounts_size(), 2);
}

// A link whose probe lasts until it is released.
std::future<grpc::Status> StartHeldLink(TestServer& server) {
  server.provider().Hold();
  auto call = std::async(std::launch::async, [&server] {
    v1::LinkAccountResponse response;
    return server.Link(TestServer::GoodRequest(), &response);
  });
  server.provider().WaitForProbes(1);
  return call;
}

TEST(DrainTest, CallsInFlightFinish) {
  TestServer server;
  std::future<grpc::Status> call = StartHeldLink(server);
  auto drained =
      std::async(std::launch::async, [&] { server.server().Drain({absl::Seconds(60)}); });
  // The drain has begun when a new connection is refused.
  grpc::Status fresh;
  do {
    auto stub = v1::LinkService::NewStub(server.NewChannel());
    grpc::ClientContext context;
    v1::ListAccountsRequest list;
    list.set_parent("tenants/acme");
    v1::ListAccountsResponse listed;
    fresh = stub->ListAccounts(&context, list, &listed);
  } while (fresh.ok());
  // gRPC cancels a call that comes in the very moment in which the shutdown begins.
  EXPECT_THAT(fresh.error_code(),
              testing::AnyOf(grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::CANCELLED));
  server.provider().Release();
  EXPECT_TRUE(call.get().ok()) << "a call in flight must not be lost";
  drained.get();
}

TEST(DrainTest, WhatTakesTooLongIsCancelled) {
  TestServer server;
  std::future<grpc::Status> call = StartHeldLink(server);
  server.server().Drain({absl::Milliseconds(50)});
  EXPECT_FALSE(call.get().ok());
  EXPECT_EQ(server.admission().in_flight(), 0) << "every call has ended";
}

TEST(DrainTest, HurryCancelsWhatIsInFlight) {
  TestServer server;
  std::future<grpc::Status> call = StartHeldLink(server);
  DrainOptions options{absl::Hours(1)};
  int asked = 0;
  options.hurry = [&asked] { return ++asked == 3; };
  server.server().Drain(options);
  EXPECT_FALSE(call.get().ok());
  EXPECT_EQ(server.admission().in_flight(), 0);
}

TEST(DrainTest, AHealthWatchIsNotWaitedFor) {
  TestServer server;
  auto stub = grpc::health::v1::Health::NewStub(server.NewChannel());
  grpc::ClientContext context;
  auto watch = stub->Watch(&context, HealthCheckRequest());
  HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  DrainOptions options{absl::Hours(1)};
  options.idle = [&server] { return server.admission().in_flight() == 0; };
  server.server().Drain(options);
  while (watch->Read(&response)) {
  }
  EXPECT_FALSE(watch->Finish().ok());
}

// A list of a megabyte, of which gRPC sends 64 KiB before it is read. Called as a stream of one
// response, which is the same on the wire, and is read when the test says.
class UnreadList {
 public:
  explicit UnreadList(TestServer& server) : channel_(NarrowChannel(server)) {
    ChangeSet changes;
    changes.tenant = "acme";
    for (int i = 0; i < 250; ++i) {
      AccountChange change;
      change.kind = AccountChange::kInsert;
      change.record.account_id = absl::StrCat("a", i);
      change.record.account.mutable_owner()->set_id(change.record.account_id);
      change.record.account.set_label(std::string(4000, 'x'));
      changes.changes.push_back(std::move(change));
    }
    EXPECT_TRUE(RunTask(server.executor(), server.store().Apply(std::move(changes))).ok());
    v1::ListAccountsRequest request;
    request.set_parent("tenants/acme");
    request.set_page_size(1000);
    reader_.reset(grpc::internal::ClientReaderFactory<v1::ListAccountsResponse>::Create(
        channel_.get(), method_, &context_, request));
  }

  // Reads it; how many accounts it has.
  int Read() {
    v1::ListAccountsResponse response;
    return reader_->Read(&response) ? response.accounts_size() : 0;
  }
  grpc::Status Finish() { return reader_->Finish(); }

 private:
  static std::shared_ptr<grpc::Channel> NarrowChannel(const TestServer& server) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 64 * 1024);
    return grpc::CreateCustomChannel(server.address(), grpc::InsecureChannelCredentials(),
                                     arguments);
  }

  const std::shared_ptr<grpc::Channel> channel_;
  const grpc::internal::RpcMethod method_{"/credlink.v1.LinkService/ListAccounts",
                                          grpc::internal::RpcMethod::SERVER_STREAMING, channel_};
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::ListAccountsResponse>> reader_;
};

void WaitForEnd(TestServer& server) {
  while (server.LogText().find("\"method\":\"ListAccounts\"") == std::string::npos) {
    std::this_thread::yield();
  }
}

TEST(UnreadAnswerTest, KeepsItsPlaceUntilItIsRead) {
  TestServer server;
  UnreadList list(server);
  WaitForEnd(server);
  EXPECT_EQ(server.admission().in_flight(), 1);
  EXPECT_EQ(list.Read(), 250);
  EXPECT_TRUE(list.Finish().ok());
  while (server.admission().in_flight() > 0) std::this_thread::yield();
}

TEST(UnreadAnswerTest, IsCutOff) {
  TestServer server;
  server.calls().finish_timeout = absl::Milliseconds(50);
  UnreadList list(server);
  WaitForEnd(server);
  while (server.admission().in_flight() > 0) std::this_thread::yield();
  EXPECT_EQ(list.Read(), 0);
  EXPECT_FALSE(list.Finish().ok());
}

TEST(LimitsTest, TooLargeARequestIsRefused) {
  TestServer server;
  v1::LinkAccountRequest request = TestServer::GoodRequest();
  request.set_label(std::string(20'000, 'x'));
  v1::LinkAccountResponse response;
  EXPECT_EQ(server.Link(request, &response).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

// security.md, section 0: gRPC 1.51 would inflate it before it looks at its size.
TEST(LimitsTest, CompressedRequestsAreNotInflated) {
  TestServer server;
  v1::LinkAccountRequest request = TestServer::GoodRequest();
  request.set_label(std::string(10'000, 'x'));
  grpc::ClientContext context;
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  v1::LinkAccountResponse response;
  const grpc::Status status = server.link().LinkAccount(&context, request, &response);
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(server.provider().probes(), 0);
  // The server goes on.
  EXPECT_TRUE(server.Link(TestServer::GoodRequest(), &response).ok());
}

TEST(LimitsTest, TooMuchMetadataIsRefused) {
  TestServer server;
  grpc::ClientContext context;
  context.AddMetadata("x-padding", std::string(20'000, 'x'));
  v1::LinkAccountResponse response;
  EXPECT_FALSE(server.link().LinkAccount(&context, TestServer::GoodRequest(), &response).ok());
  EXPECT_EQ(server.provider().probes(), 0);
}

}  // namespace
}  // namespace credlink
