// Stopping: nothing that was accepted is lost, and nothing hangs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

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

  void WaitForRequests(uint64_t count) {
    ASSERT_TRUE(lastpass_->WaitFor(
        [count](const simulator::Stats& stats) { return stats.requests >= count; }, kPatience));
  }

  void ExpectCleanExit() {
    const auto exit = server_->process().WaitForExit(kPatience);
    ASSERT_TRUE(exit.ok()) << exit.status();
    EXPECT_EQ(exit->signal, 0);
    EXPECT_EQ(exit->code, 0);
  }

  std::unique_ptr<grpc::health::v1::Health::Stub> health_;
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
  int ok = 0;
  LinkLoad load({stub_.get()}, kCalls, kCalls, RequestOf,
                [&](const LinkEnd& end) { ok += end.status.ok(); });
  ASSERT_NO_FATAL_FAILURE(WaitForRequests(kCalls));
  server_->process().Signal(SIGTERM);
  load.Wait();
  EXPECT_EQ(ok, 0);
  ExpectCleanExit();
  EXPECT_THAT(server_->process().Log(), HasSubstr("\"event\":\"stopped\""));
}

INSTANTIATE_TEST_SUITE_P(Once, DrainOnceTest, testing::Values(SIGTERM));

}  // namespace
}  // namespace credlink
