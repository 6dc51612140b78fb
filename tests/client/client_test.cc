// The C++ client library against services that fail on demand.
#include "client/cpp/client.h"

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cpp/service_config.h"
#include "server/faults/faults.h"
#include "server/rpc/status.h"
#include "tests/rpc/test_server.h"

namespace credlink::client {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Answers with the scripted errors first, then with success.
class FlakyService final : public v1::LinkService::Service {
 public:
  void FailNext(std::vector<grpc::Status> errors) {
    const std::lock_guard<std::mutex> lock(mutex_);
    errors_.assign(errors.begin(), errors.end());
    request_ids_.clear();
  }
  std::vector<std::string> request_ids() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return request_ids_;
  }

  // How much time the last caller gave.
  std::chrono::seconds time_given() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return time_given_;
  }

  grpc::Status LinkAccount(grpc::ServerContext* context, const v1::LinkAccountRequest* request,
                           v1::LinkAccountResponse*) override {
    Note(*context);
    return Next(request->request_id());
  }
  grpc::Status ListAccounts(grpc::ServerContext* context, const v1::ListAccountsRequest*,
                            v1::ListAccountsResponse*) override {
    Note(*context);
    return Next("list");
  }
  grpc::Status ValidateCredentials(grpc::ServerContext*, const v1::ValidateCredentialsRequest*,
                                   v1::ValidateCredentialsResponse*) override {
    return Next("validate");
  }

 private:
  void Note(const grpc::ServerContext& context) {
    const std::lock_guard<std::mutex> lock(mutex_);
    time_given_ = std::chrono::duration_cast<std::chrono::seconds>(
        context.deadline() - std::chrono::system_clock::now());
  }
  grpc::Status Next(const std::string& id) {
    const std::lock_guard<std::mutex> lock(mutex_);
    request_ids_.push_back(id);
    if (errors_.empty()) return grpc::Status::OK;
    const grpc::Status error = errors_.front();
    errors_.pop_front();
    return error;
  }

  std::mutex mutex_;
  std::deque<grpc::Status> errors_;
  std::vector<std::string> request_ids_;
  std::chrono::seconds time_given_{};
};

class RetryTest : public testing::Test {
 protected:
  RetryTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    address_ = absl::StrCat("127.0.0.1:", port);
    absl::StatusOr<Client> client = Client::Connect({.server = address_});
    EXPECT_TRUE(client.ok());
    client_ = std::make_unique<Client>(*std::move(client));
  }

  FlakyService service_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Client> client_;
};

const grpc::Status kBroken(grpc::StatusCode::UNAVAILABLE, "connection reset");

TEST_F(RetryTest, ALinkIsRepeatedUnderTheSameIdWhenTheConnectionBreaks) {
  service_.FailNext({kBroken, kBroken});
  EXPECT_TRUE(client_->Link({}).ok());
  const std::vector<std::string> ids = service_.request_ids();
  ASSERT_EQ(ids.size(), 3u);
  EXPECT_FALSE(ids[0].empty());
  EXPECT_THAT(ids, ElementsAre(ids[0], ids[0], ids[0]));
}

TEST_F(RetryTest, ACallersOwnIdIsKept) {
  v1::LinkAccountRequest request;
  request.set_request_id("mine");
  EXPECT_TRUE(client_->Link(request).ok());
  EXPECT_THAT(service_.request_ids(), ElementsAre("mine"));
}

TEST_F(RetryTest, EveryLinkHasAnIdOfItsOwn) {
  EXPECT_TRUE(client_->Link({}).ok());
  EXPECT_TRUE(client_->Link({}).ok());
  const std::vector<std::string> ids = service_.request_ids();
  ASSERT_EQ(ids.size(), 2u);
  EXPECT_NE(ids[0], ids[1]);
}

TEST_F(RetryTest, WhatTheServerDecidedIsNotRepeated) {
  service_.FailNext({ToGrpcStatus(Fault(v1::ERROR_REASON_UPSTREAM_UNAVAILABLE))});
  const auto linked = client_->Link({});
  EXPECT_EQ(linked.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(service_.request_ids().size(), 1u);
}

TEST_F(RetryTest, ItGivesUp) {
  service_.FailNext(std::vector<grpc::Status>(10, kBroken));
  EXPECT_FALSE(client_->Link({}).ok());
  EXPECT_EQ(service_.request_ids().size(), 4u);
}

TEST_F(RetryTest, ReadsAreRepeatedByTheServiceConfig) {
  service_.FailNext({kBroken, kBroken});
  EXPECT_TRUE(client_->List({}).ok());
  EXPECT_THAT(service_.request_ids(), ElementsAre("list", "list", "list"));
}

TEST_F(RetryTest, AValidationIsNot) {
  service_.FailNext({kBroken});
  EXPECT_FALSE(client_->Validate({}).ok()) << "each one asks LastPass again";
  EXPECT_THAT(service_.request_ids(), ElementsAre("validate"));
}

TEST_F(RetryTest, ACallHasTheTimeThatTheCallerGives) {
  using std::chrono::seconds;
  EXPECT_TRUE(client_->List({}).ok());
  EXPECT_LE(service_.time_given(), seconds(10));
  absl::StatusOr<Client> patient = Client::Connect(
      {.server = address_}, {.read = absl::Seconds(200), .live_check = absl::Seconds(300)});
  ASSERT_TRUE(patient.ok());
  EXPECT_TRUE(patient->List({}).ok());
  EXPECT_GT(service_.time_given(), seconds(100));
  EXPECT_TRUE(patient->Link({}).ok());
  EXPECT_GT(service_.time_given(), seconds(200));
}

// gRPC would end a call after the smaller time, here or there.
TEST(ServiceConfigTest, LeavesTheTimeToTheCaller) {
  google::protobuf::Struct config;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(kServiceConfig, &config).ok());
  EXPECT_THAT(kServiceConfig, AllOf(HasSubstr("retryPolicy"), Not(HasSubstr("timeout"))));
}

TEST(ErrorTest, DetailsComeBackWhole) {
  FieldFaults faults;
  faults.Add("label", v1::ERROR_REASON_FIELD_TOO_LONG, "Must be short.");
  faults.Add("owner.id", v1::ERROR_REASON_FIELD_REQUIRED);
  const ErrorDetails fields = DetailsOf(ToStatus(ToGrpcStatus(faults.ToStatus())));
  EXPECT_EQ(fields.reason, "FIELD_TOO_LONG");
  ASSERT_EQ(fields.fields.size(), 2u);
  EXPECT_EQ(fields.fields[0].field, "label");
  EXPECT_EQ(fields.fields[0].reason, "FIELD_TOO_LONG");
  EXPECT_EQ(fields.fields[0].description, "Must be short.");
  EXPECT_EQ(fields.fields[1].field, "owner.id");

  const ErrorDetails refused = DetailsOf(
      ToStatus(ToGrpcStatus(Fault(v1::ERROR_REASON_UPSTREAM_RATE_LIMITED, {}, absl::Seconds(42)))));
  EXPECT_EQ(refused.retry_after, absl::Seconds(42));
  EXPECT_EQ(refused.next_step.actor(), v1::ACTOR_NOBODY);
  EXPECT_FALSE(refused.next_step.action().empty());

  const ErrorDetails taken = DetailsOf(ToStatus(ToGrpcStatus(
      Fault(v1::ERROR_REASON_ACCOUNT_ID_TAKEN, {"credlink.v1.Account", "tenants/a/accounts/b"}))));
  EXPECT_EQ(taken.resource, "tenants/a/accounts/b");
}

TEST(ErrorTest, AStatusWithoutDetailsHasNone) {
  const ErrorDetails details = DetailsOf(ToStatus(kBroken));
  EXPECT_THAT(details.reason, IsEmpty());
  EXPECT_THAT(details.fields, IsEmpty());
  EXPECT_FALSE(details.retry_after.has_value());
}

TEST(ClientTest, ListAllWalksThePages) {
  TestServer server;
  for (int i = 0; i < 5; ++i) {
    v1::LinkAccountRequest request = TestServer::GoodRequest();
    request.mutable_owner()->set_id(absl::StrCat("owner-", i));
    v1::LinkAccountResponse response;
    ASSERT_TRUE(server.Link(request, &response).ok());
  }
  absl::StatusOr<Client> client = Client::Connect({.server = server.address()});
  ASSERT_TRUE(client.ok());
  v1::ListAccountsRequest request;
  request.set_parent("tenants/acme");
  request.set_page_size(2);
  std::vector<std::string> owners;
  const auto take = [&owners](const v1::Account& account) {
    owners.push_back(account.owner().id());
    return owners.size() < 4;
  };
  ASSERT_TRUE(client->ListAll(request, take).ok());
  EXPECT_THAT(owners, ElementsAre("owner-0", "owner-1", "owner-2", "owner-3"));
}

}  // namespace
}  // namespace credlink::client
