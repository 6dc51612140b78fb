// What every fault of the simulator looks like to a caller of CurlClient.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/http/curl_fixture.h"

namespace credlink {
namespace {

using simulator::Fault;
using ::testing::HasSubstr;

class CurlFaultsTest : public CurlFixture {
 protected:
  // One post that meets the fault.
  HttpResult Meet(const Fault& fault, HttpRequest request) {
    simulator_->SetFault(fault);
    sink_ = AnswerSink();
    sink_.enough = enough_;
    HttpResult result = Post(*client_, std::move(request), sink_);
    EXPECT_LE(sink_.times_told, 1);
    EXPECT_TRUE(sink_.times_told == 1 || result.kind != HttpResult::kDone);
    EXPECT_EQ(sink_.status, sink_.times_told == 1 ? result.status : 0);
    return result;
  }
  HttpResult Meet(const Fault& fault) { return Meet(fault, Probe()); }

  static Fault Of(Fault::Kind kind) {
    Fault fault;
    fault.kind = kind;
    return fault;
  }

  // Whatever it was, the next post gets its own, right answer.
  void ExpectRecovery() {
    const std::string right = RightAnswer();
    AnswerSink sink;
    EXPECT_EQ(Post(*client_, Probe(), sink).kind, HttpResult::kDone);
    EXPECT_EQ(sink.status, 200);
    EXPECT_EQ(sink.body, right);
  }

  std::string RightAnswer() {
    simulator_->SetFault(absl::nullopt);
    AnswerSink sink;
    auto other = NewClient(Reach());
    EXPECT_EQ(Post(*other, Probe(), sink).kind, HttpResult::kDone);
    return sink.body;
  }

  std::unique_ptr<CurlClient> client_ = NewClient(Reach());
  size_t enough_ = SIZE_MAX;
  AnswerSink sink_;
};

TEST_F(CurlFaultsTest, None) {
  EXPECT_EQ(Meet(Of(Fault::kNone)).kind, HttpResult::kDone);
  EXPECT_EQ(sink_.body, RightAnswer());
}

TEST_F(CurlFaultsTest, Hang) {
  const HttpResult result = Meet(Of(Fault::kHang), Probe(absl::Milliseconds(200)));
  EXPECT_EQ(result.kind, HttpResult::kTimeout);
  EXPECT_EQ(result.status, 0);
  ExpectRecovery();
}

TEST_F(CurlFaultsTest, Latency) {
  Fault fault;
  fault.latency = absl::Milliseconds(100);
  const HttpResult result = Meet(fault);
  EXPECT_EQ(result.kind, HttpResult::kDone);
  EXPECT_GE(result.latency, absl::Milliseconds(95));
  fault.latency = absl::Hours(1);
  EXPECT_EQ(Meet(fault, Probe(absl::Milliseconds(200))).kind, HttpResult::kTimeout);
  ExpectRecovery();
}

TEST_F(CurlFaultsTest, Reset) {
  const HttpResult result = Meet(Of(Fault::kReset));
  EXPECT_EQ(result.kind, HttpResult::kTransport);
  EXPECT_LE(sink_.body.size(), 10u);
  ExpectRecovery();
}

TEST_F(CurlFaultsTest, SlowTrickle) {
  Fault fault = Of(Fault::kTrickle);
  fault.interval = absl::Milliseconds(100);
  EXPECT_EQ(Meet(fault, Probe(absl::Milliseconds(500))).kind, HttpResult::kTimeout);
  EXPECT_TRUE(Eventually([](const auto& stats) { return stats.in_flight == 0; }));
  ExpectRecovery();
}

TEST_F(CurlFaultsTest, QuickTrickle) {
  Fault fault = Of(Fault::kTrickle);
  fault.interval = absl::ZeroDuration();
  EXPECT_EQ(Meet(fault).kind, HttpResult::kDone);
  EXPECT_EQ(sink_.body, RightAnswer());
}

TEST_F(CurlFaultsTest, Body) {
  Fault fault = Of(Fault::kBody);
  fault.status = 418;
  fault.body = "I am a teapot";
  const HttpResult result = Meet(fault);
  EXPECT_EQ(result.kind, HttpResult::kDone);
  EXPECT_EQ(result.status, 418);
  EXPECT_EQ(sink_.body, "I am a teapot");
  ExpectRecovery();
}

TEST_F(CurlFaultsTest, EdgeBlock) {
  const HttpResult result = Meet(Of(Fault::kEdgeBlock));
  EXPECT_EQ(result.kind, HttpResult::kDone);
  EXPECT_EQ(result.status, 403);
  EXPECT_THAT(sink_.body, HasSubstr("Access Denied"));
}

TEST_F(CurlFaultsTest, EdgeRateLimit) {
  Fault fault = Of(Fault::kEdgeRateLimit);
  HttpResult result = Meet(fault);
  EXPECT_EQ(result.kind, HttpResult::kDone);
  EXPECT_EQ(result.status, 429);
  EXPECT_EQ(result.retry_after, absl::nullopt);
  fault.retry_after_seconds = 7;
  result = Meet(fault);
  EXPECT_EQ(result.status, 429);
  EXPECT_EQ(result.retry_after, absl::Seconds(7));
  // What one answer said is forgotten with it.
  EXPECT_EQ(Meet(Of(Fault::kNone)).retry_after, absl::nullopt);
}

TEST_F(CurlFaultsTest, ServerError) {
  EXPECT_EQ(Meet(Of(Fault::kServerError)).status, 502);
  Fault fault = Of(Fault::kServerError);
  fault.status = 503;
  const HttpResult result = Meet(fault);
  EXPECT_EQ(result.kind, HttpResult::kDone);
  EXPECT_EQ(result.status, 503);
}

TEST_F(CurlFaultsTest, HugeAnswer) {
  Fault fault = Of(Fault::kHugeAnswer);
  fault.bytes = 8 << 20;
  EXPECT_EQ(Meet(fault).kind, HttpResult::kTooLarge);
  EXPECT_LE(sink_.body.size(), 1u << 20);
  EXPECT_EQ(sink_.status, 200);
  ExpectRecovery();
  HttpRequest request = Probe();
  request.max_body = 16 << 20;
  EXPECT_EQ(Meet(fault, std::move(request)).kind, HttpResult::kDone);
  EXPECT_GE(sink_.body.size(), 8u << 20);
}

TEST_F(CurlFaultsTest, HugeGarbage) {
  Fault fault = Of(Fault::kHugeGarbage);
  fault.bytes = 1 << 20;
  EXPECT_EQ(Meet(fault).kind, HttpResult::kDone);  // as large as may be
  EXPECT_EQ(sink_.body.size(), 1u << 20);
  fault.bytes = (1 << 20) + 1;
  EXPECT_EQ(Meet(fault).kind, HttpResult::kTooLarge);
  ExpectRecovery();
}

TEST_F(CurlFaultsTest, LengthTooLong) {
  EXPECT_EQ(Meet(Of(Fault::kLengthTooLong)).kind, HttpResult::kTransport);
  ExpectRecovery();
}

// The rest of the answer must not become the beginning of somebody else's.
TEST_F(CurlFaultsTest, LengthTooShort) {
  EXPECT_EQ(Meet(Of(Fault::kLengthTooShort)).kind, HttpResult::kDone);
  const std::string right = RightAnswer();
  EXPECT_EQ(sink_.body, right.substr(0, right.size() / 2));
  ExpectRecovery();
}

TEST_F(CurlFaultsTest, Truncated) {
  EXPECT_EQ(Meet(Of(Fault::kTruncated)).kind, HttpResult::kTransport);
  EXPECT_LE(sink_.body.size(), 10u);
  ExpectRecovery();
}

TEST_F(CurlFaultsTest, Redirect) {
  Fault fault = Of(Fault::kRedirect);
  fault.body = simulator_->url() + "/elsewhere";
  const HttpResult result = Meet(fault);
  EXPECT_EQ(result.kind, HttpResult::kDone);
  EXPECT_EQ(result.status, 302);
  EXPECT_EQ(simulator_->stats().requests, 1u);  // nobody went there
}

TEST_F(CurlFaultsTest, EndlessHeaders) {
  Fault fault = Of(Fault::kRedirect);
  fault.body = "https://127.0.0.1/" + std::string(70'000, 'h');
  EXPECT_EQ(Meet(fault).kind, HttpResult::kTooLarge);
  EXPECT_EQ(sink_.times_told, 0);
  ExpectRecovery();
}

TEST_F(CurlFaultsTest, ASinkThatHasEnoughStopsTheTransfer) {
  Fault fault = Of(Fault::kHugeGarbage);
  fault.bytes = 64 << 20;
  enough_ = 1000;
  HttpRequest request = Probe();
  request.max_body = 128 << 20;
  EXPECT_EQ(Meet(fault, std::move(request)).kind, HttpResult::kStopped);
  EXPECT_LT(sink_.body.size(), 1u << 20);
  ExpectRecovery();
}

TEST_F(CurlFaultsTest, NobodyListens) {
  simulator_.reset();
  const HttpResult result = Post(*client_, Probe());
  EXPECT_EQ(result.kind, HttpResult::kTransport);
  EXPECT_EQ(result.status, 0);
}

TEST_F(CurlFaultsTest, CloseOfANewConnection) {
  EXPECT_EQ(Meet(Of(Fault::kClose)).kind, HttpResult::kTransport);
  EXPECT_EQ(simulator_->stats().requests, 1u);  // whoever wants to try again says so
  ExpectRecovery();
}

// It may have been closed before the request came, so libcurl asks again, on a new one, once.
TEST_F(CurlFaultsTest, CloseOfAKeptConnection) {
  Meet(Of(Fault::kNone));
  Fault fault = Of(Fault::kClose);
  fault.only_next = 1;
  EXPECT_EQ(Meet(fault).kind, HttpResult::kDone);
  EXPECT_EQ(simulator_->stats().requests, 3u);
  EXPECT_EQ(Meet(Of(Fault::kClose)).kind, HttpResult::kTransport);
  EXPECT_EQ(simulator_->stats().requests, 5u);
}

// A whole answer, and then the end of the connection, unannounced.
TEST_F(CurlFaultsTest, AKeptConnectionThatDiedIsReplaced) {
  Fault fault = Of(Fault::kTruncated);
  fault.bytes = SIZE_MAX;
  for (uint64_t i = 1; i <= 5; ++i) {
    EXPECT_EQ(Meet(fault).kind, HttpResult::kDone);
    EXPECT_EQ(simulator_->stats().connections, i);
  }
}

}  // namespace
}  // namespace credlink
