// Stopping: nothing that was accepted is lost, and nothing hangs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <functional>
#include <future>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/rpc/health_service.grpc.pb.h"
#include "tests/e2e/link_fixture.h"
#include "tests/e2e/load.h"

namespace credlink {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using testing::HasSubstr;

constexpr int kCalls = 20;

class DrainTest : public LinkFixture, public testing::WithParamInterface<int> {
 protected:
  HealthCheckResponse::ServingStatus Health() {
    if (health_ == nullptr) health_ = grpc::health::v1::Health::NewStub(server_->NewChannel());
    grpc::ClientContext context;
    HealthCheckResponse response;
    const grpc::Status status = health_->Check(&context, HealthCheckRequest(), &response);
    return status.ok() ? response.status() : HealthCheckResponse::UNKNOWN;
  }

  void ExpectCleanExit() {
    const auto exit = server_->process().WaitForExit(kPatience);
    ASSERT_TRUE(exit.ok()) << exit.status();
    EXPECT_EQ(exit->signal, 0);
    EXPECT_EQ(exit->code, 0);
  }

  // For a LinkLoad.
  std::function<void(const LinkEnd&)> CountOk() {
    return [this](const LinkEnd& end) { ok_ += end.status.ok() ? 1 : 0; };
  }

  std::unique_ptr<grpc::health::v1::Health::Stub> health_;
  int ok_ = 0;
};

TEST_P(DrainTest, CallsInFlightFinishAndAreKept) {
  ASSERT_NO_FATAL_FAILURE(StartServer());
  AnswerAfter(absl::Milliseconds(300));
  int failed = 0;
  LinkLoad load({stub_.get()}, kCalls, kCalls, RequestOf,
                [&](const LinkEnd& end) { failed += !end.status.ok(); });
  ASSERT_NO_FATAL_FAILURE(WaitForRequests(kCalls));
  server_->process().Signal(GetParam());
  load.Wait();
  EXPECT_EQ(failed, 0);
  ExpectCleanExit();

  ASSERT_NO_FATAL_FAILURE(StartServer());
  const auto all = ListAll(*stub_);
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->size(), static_cast<size_t>(kCalls));
}

INSTANTIATE_TEST_SUITE_P(Signals, DrainTest, testing::Values(SIGTERM, SIGINT));

using DrainOnceTest = DrainTest;

TEST_P(DrainOnceTest, SaysNotServingFirstAndStillAnswers) {
  ASSERT_NO_FATAL_FAILURE(StartServer("drain { delay { seconds: 60 } }"));
  ASSERT_EQ(Health(), HealthCheckResponse::SERVING);
  server_->process().Signal(SIGTERM);
  const auto not_serving = [&] { return Health() == HealthCheckResponse::NOT_SERVING; };
  ASSERT_TRUE(server_->process().WaitUntil(not_serving, kPatience).ok());
  EXPECT_TRUE(ListAll(*stub_).ok()) << "callers that have not noticed yet are still served";
  // A second signal: no more waiting.
  server_->process().Signal(SIGTERM);
  ExpectCleanExit();
}

TEST_P(DrainOnceTest, WhatTakesTooLongIsCancelled) {
  ASSERT_NO_FATAL_FAILURE(StartServer("drain { grace { nanos: 100000000 } }"));
  Hang();
  LinkLoad load({stub_.get()}, kCalls, kCalls, RequestOf, CountOk());
  ASSERT_NO_FATAL_FAILURE(WaitForRequests(kCalls));
  server_->process().Signal(SIGTERM);
  load.Wait();
  EXPECT_EQ(ok_, 0);
  ExpectCleanExit();
  EXPECT_THAT(server_->process().Log(), HasSubstr("\"event\":\"stopped\""));
}

TEST_P(DrainOnceTest, ASecondSignalEndsTheGrace) {
  ASSERT_NO_FATAL_FAILURE(StartServer("drain { grace { seconds: 3600 } }"));
  Hang();
  LinkLoad load({stub_.get()}, kCalls, kCalls, RequestOf, CountOk());
  ASSERT_NO_FATAL_FAILURE(WaitForRequests(kCalls));
  server_->process().Signal(SIGTERM);
  // The grace has begun when new calls are refused.
  const auto refuses = [&] { return !ListAll(*server_->NewStub()).ok(); };
  ASSERT_TRUE(server_->process().WaitUntil(refuses, kPatience).ok());
  server_->process().Signal(SIGTERM);
  load.Wait();
  EXPECT_EQ(ok_, 0);
  ExpectCleanExit();
}

TEST_P(DrainOnceTest, AHealthWatchDoesNotHoldItUp) {
  ASSERT_NO_FATAL_FAILURE(StartServer("drain { grace { seconds: 3600 } }"));
  auto stub = grpc::health::v1::Health::NewStub(server_->NewChannel());
  grpc::ClientContext context;
  auto watch = stub->Watch(&context, HealthCheckRequest());
  HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  server_->process().Signal(SIGTERM);
  while (watch->Read(&response)) EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  ExpectCleanExit();
}

// Two accounts of a company; while the first is being rotated, the server is stopped. Then the
// other one is SUSPECT, and its check due at once, but none begins any more.
TEST_P(DrainOnceTest, TheServersOwnChecksEnd) {
  ASSERT_NO_FATAL_FAILURE(StartServer("drain { grace { seconds: 3 } }"));
  v1::LinkAccountResponse linked[2];
  for (uint64_t i = 0; i < 2; ++i) {
    grpc::ClientContext context;
    ASSERT_TRUE(stub_->LinkAccount(&context, RequestOf(i), &linked[i]).ok());
  }
  // A call that lasts as long as the grace.
  lastpass_->AddCompany({.cid = "7654321", .hash = HashFor(3)});
  simulator::Fault hang;
  hang.kind = simulator::Fault::kHang;
  lastpass_->SetCompanyFault("7654321", hang);
  const auto third = [](uint64_t) { return RequestFor(3, "7654321", HashFor(3)); };
  LinkLoad load({stub_.get()}, 1, 1, third, CountOk());
  ASSERT_NO_FATAL_FAILURE(WaitForRequests(3));

  // Last, since it is to be under way when the signal comes.
  lastpass_->ResetHash("1234567", HashFor(2));
  AnswerAfter(absl::Seconds(1));
  auto rotation = std::async(std::launch::async, [&] {
    v1::RotateCredentialsRequest request;
    request.set_name(linked[0].account().name());
    auto& pair = *request.mutable_credentials()->mutable_lastpass();
    pair.set_account_number("1234567");
    pair.set_provisioning_hash(HashFor(2));
    grpc::ClientContext context;
    v1::RotateCredentialsResponse response;
    return stub_->RotateCredentials(&context, request, &response);
  });
  ASSERT_NO_FATAL_FAILURE(WaitForRequests(4));
  server_->process().Signal(SIGTERM);
  const grpc::Status rotated = rotation.get();
  EXPECT_TRUE(rotated.ok()) << rotated.error_message();
  load.Wait();
  EXPECT_EQ(ok_, 0);
  ExpectCleanExit();
  EXPECT_EQ(lastpass_->stats().requests, 4u);
}

INSTANTIATE_TEST_SUITE_P(Once, DrainOnceTest, testing::Values(SIGTERM));

}  // namespace
}  // namespace credlink
