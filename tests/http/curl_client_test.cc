#include "server/http/curl_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include "tests/http/curl_fixture.h"

namespace credlink {
namespace {

using ::testing::HasSubstr;

class CurlClientTest : public CurlFixture {};

// Tells when the answer comes, on the client's thread.
class OrderSink final : public BodySink {
 public:
  OrderSink(std::vector<int>& order, int number) : order_(order), number_(number) {}
  void OnStatus(int) override { order_.push_back(number_); }
  bool OnBody(absl::string_view) override { return true; }

 private:
  std::vector<int>& order_;
  const int number_;
};

TEST_F(CurlClientTest, BringsTheWholeAnswer) {
  auto client = NewClient(Reach());
  AnswerSink sink;
  const HttpResult result = Post(*client, Probe(), sink);
  EXPECT_EQ(result.kind, HttpResult::kDone);
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.retry_after, absl::nullopt);
  EXPECT_GT(result.latency, absl::ZeroDuration());
  EXPECT_EQ(sink.status, 200);
  EXPECT_EQ(sink.times_told, 1);
  EXPECT_THAT(sink.body, HasSubstr(R"("total":4,"count":1,)"));
  EXPECT_EQ(sink.body.back(), '}');
}

TEST_F(CurlClientTest, TellsTheStatusOfAnAnswerWithoutABody) {
  simulator::Fault fault;
  fault.kind = simulator::Fault::kBody;
  fault.status = 204;
  simulator_->SetFault(fault);
  auto client = NewClient(Reach());
  AnswerSink sink;
  EXPECT_EQ(Post(*client, Probe(), sink).kind, HttpResult::kDone);
  EXPECT_EQ(sink.times_told, 1);
  EXPECT_EQ(sink.status, 204);
  EXPECT_EQ(sink.body, "");
}

TEST_F(CurlClientTest, ReusesItsConnection) {
  auto client = NewClient(Reach());
  for (int i = 0; i < 100; ++i) ASSERT_EQ(Post(*client, Probe()).kind, HttpResult::kDone);
  EXPECT_EQ(client->stats().transfers, 100u);
  EXPECT_EQ(client->stats().connections, 1u);
  EXPECT_EQ(simulator_->stats().connections, 1u);
  EXPECT_EQ(simulator_->stats().requests, 100u);
}

TEST_F(CurlClientTest, CancellingAbortsTheTransferAtOnce) {
  SetFault(simulator::Fault::kHang);
  auto client = NewClient(Reach());
  // The best of some: on a busy machine one may be late.
  auto best = std::chrono::steady_clock::duration::max();
  for (uint64_t i = 1; i <= 5; ++i) {
    AnswerSink sink;
    PendingPost post(executor_, *client, Probe(), sink);
    ASSERT_TRUE(Eventually([&](const auto& stats) { return stats.requests == i; }));
    const auto start = std::chrono::steady_clock::now();
    post.Cancel();
    ASSERT_TRUE(Eventually([&](const auto& stats) { return stats.aborted == i; }));
    best = std::min(best, std::chrono::steady_clock::now() - start);
    EXPECT_EQ(post.Result().kind, HttpResult::kCancelled);
    EXPECT_EQ(sink.times_told, 0);
  }
  EXPECT_LT(best, std::chrono::milliseconds(100));
  EXPECT_EQ(client->stats().transfers, 5u);
}

TEST_F(CurlClientTest, ACancelledTransferHarmsNoOther) {
  auto client = NewClient(Reach());
  SetFault(simulator::Fault::kHang, 1);
  AnswerSink hanging;
  PendingPost cancelled(executor_, *client, Probe(), hanging);
  ASSERT_TRUE(Eventually([](const auto& stats) { return stats.in_flight == 1; }));
  simulator::Fault slow;
  slow.latency = absl::Milliseconds(200);
  simulator_->SetFault(slow);
  AnswerSink sink;
  PendingPost other(executor_, *client, Probe(), sink);
  ASSERT_TRUE(Eventually([](const auto& stats) { return stats.requests == 2; }));
  cancelled.Cancel();
  EXPECT_EQ(cancelled.Result().kind, HttpResult::kCancelled);
  EXPECT_EQ(other.Result().kind, HttpResult::kDone);
  EXPECT_EQ(Post(*client, Probe()).kind, HttpResult::kDone);
}

TEST_F(CurlClientTest, SurplusPostsTakeTheirTurnInOrder) {
  CurlOptions options = Reach();
  options.max_transfers = 1;
  auto client = NewClient(options);
  SetFault(simulator::Fault::kHang, 1);
  AnswerSink sink;
  PendingPost first(executor_, *client, Probe(), sink);
  ASSERT_TRUE(Eventually([](const auto& stats) { return stats.in_flight == 1; }));

  std::vector<int> order;
  std::deque<OrderSink> sinks;
  std::deque<PendingPost> posts;
  for (int i = 0; i < 20; ++i) {
    sinks.emplace_back(order, i);
    posts.emplace_back(executor_, *client, Probe(), sinks.back());
  }
  EXPECT_EQ(simulator_->stats().requests, 1u);
  first.Cancel();
  for (PendingPost& post : posts) EXPECT_EQ(post.Result().kind, HttpResult::kDone);
  EXPECT_EQ(simulator_->stats().requests, 21u);
  // One for the transfer that was aborted, one for all others.
  EXPECT_EQ(simulator_->stats().connections, 2u);
  std::vector<int> in_order(20);
  for (int i = 0; i < 20; ++i) in_order[i] = i;
  EXPECT_EQ(order, in_order);
}

TEST_F(CurlClientTest, NeverHasMoreTransfersThanItMay) {
  CurlOptions options = Reach();
  options.max_transfers = 3;
  auto client = NewClient(options);
  simulator::Fault slow;
  slow.latency = absl::Milliseconds(10);
  simulator_->SetFault(slow);
  std::deque<AnswerSink> sinks(60);
  std::deque<PendingPost> posts;
  for (AnswerSink& sink : sinks) posts.emplace_back(executor_, *client, Probe(), sink);
  for (PendingPost& post : posts) EXPECT_EQ(post.Result().kind, HttpResult::kDone);
  EXPECT_EQ(simulator_->stats().requests, 60u);
  EXPECT_EQ(simulator_->stats().connections, 3u);
  EXPECT_EQ(client->stats().transfers, 60u);
  EXPECT_EQ(client->stats().connections, 3u);
}

TEST_F(CurlClientTest, ADeadlineEndsAHangingTransfer) {
  auto client = NewClient(Reach());
  // The connection is there, so that the short time is enough to send the request.
  ASSERT_EQ(Post(*client, Probe()).kind, HttpResult::kDone);
  SetFault(simulator::Fault::kHang);
  HttpRequest request = Probe(absl::Milliseconds(300));
  const Deadline deadline = request.deadline;
  const HttpResult result = Post(*client, std::move(request));
  EXPECT_EQ(result.kind, HttpResult::kTimeout);
  EXPECT_EQ(result.status, 0);
  EXPECT_LE(deadline.Left(), absl::Milliseconds(10)) << "not before its time";
  EXPECT_TRUE(Eventually([](const auto& stats) { return stats.aborted == 1; }));
}

TEST_F(CurlClientTest, ALatePostThatStillWaitsIsNeverSent) {
  CurlOptions options = Reach();
  options.max_transfers = 1;
  auto client = NewClient(options);
  SetFault(simulator::Fault::kHang);
  AnswerSink hanging_sink;
  PendingPost hanging(executor_, *client, Probe(), hanging_sink);
  ASSERT_TRUE(Eventually([](const auto& stats) { return stats.in_flight == 1; }));
  EXPECT_EQ(Post(*client, Probe(absl::Milliseconds(100))).kind, HttpResult::kTimeout);
  EXPECT_EQ(Post(*client, Probe(absl::ZeroDuration())).kind, HttpResult::kTimeout);
  EXPECT_FALSE(hanging.EndsWithin(absl::ZeroDuration()));

  simulator_->SetFault(absl::nullopt);
  hanging.Cancel();
  EXPECT_EQ(hanging.Result().kind, HttpResult::kCancelled);
  EXPECT_EQ(Post(*client, Probe()).kind, HttpResult::kDone);
  EXPECT_EQ(simulator_->stats().requests, 2u);
}

TEST_F(CurlClientTest, ATransferHasItsTimeHoweverLongItWaited) {
  CurlOptions options = Reach();
  options.max_transfers = 1;
  auto client = NewClient(options);
  SetFault(simulator::Fault::kHang);
  AnswerSink sinks[2];
  HttpRequest first = Probe();
  first.max_time = absl::Seconds(1);
  HttpRequest second = Probe();
  second.max_time = absl::Seconds(1);
  PendingPost hanging(executor_, *client, std::move(first), sinks[0]);
  PendingPost waiting(executor_, *client, std::move(second), sinks[1]);
  EXPECT_EQ(hanging.Result().kind, HttpResult::kTimeout);
  EXPECT_FALSE(waiting.EndsWithin(absl::ZeroDuration()));
  simulator_->SetFault(absl::nullopt);
  // Should the second have met the fault yet, it must end by its own time, a second from now.
  const HttpResult result = waiting.Result();
  EXPECT_TRUE(result.kind == HttpResult::kDone || result.latency > absl::Milliseconds(1900));
}

TEST_F(CurlClientTest, AWaitingPostCanBeCancelled) {
  CurlOptions options = Reach();
  options.max_transfers = 1;
  auto client = NewClient(options);
  SetFault(simulator::Fault::kHang);
  AnswerSink sinks[2];
  PendingPost hanging(executor_, *client, Probe(), sinks[0]);
  PendingPost waiting(executor_, *client, Probe(), sinks[1]);
  waiting.Cancel();
  EXPECT_EQ(waiting.Result().kind, HttpResult::kCancelled);
  EXPECT_FALSE(hanging.EndsWithin(absl::ZeroDuration()));
  hanging.Cancel();
  EXPECT_EQ(hanging.Result().kind, HttpResult::kCancelled);
}

TEST_F(CurlClientTest, GoingAwayEndsEveryTransfer) {
  CurlOptions options = Reach();
  options.max_transfers = 2;
  auto client = NewClient(options);
  SetFault(simulator::Fault::kHang);
  std::deque<AnswerSink> sinks(5);
  std::deque<PendingPost> posts;
  for (AnswerSink& sink : sinks) posts.emplace_back(executor_, *client, Probe(), sink);
  ASSERT_TRUE(Eventually([](const auto& stats) { return stats.in_flight == 2; }));
  client.reset();
  for (PendingPost& post : posts) EXPECT_EQ(post.Result().kind, HttpResult::kCancelled);
  EXPECT_TRUE(Eventually([](const auto& stats) { return stats.aborted == 2; }));
}

// The thread may be anywhere between its looks at what was ordered.
TEST_F(CurlClientTest, NoPostIsLostWhenTheClientGoesRightAfterIt) {
  SetFault(simulator::Fault::kHang);
  for (int i = 0; i < 300; ++i) {
    auto client = NewClient(Reach());
    AnswerSink sink;
    PendingPost post(executor_, *client, Probe(), sink);
    client.reset();
    ASSERT_TRUE(post.EndsWithin(kLong)) << "round " << i;
    ASSERT_EQ(post.Result().kind, HttpResult::kCancelled) << "round " << i;
  }
}

}  // namespace
}  // namespace credlink
