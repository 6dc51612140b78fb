// Every fault, as an ordinary HTTP client sees it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/time/clock.h"
#include "tests/simulator/raw_client.h"

namespace credlink::simulator {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const char kProbe[] =
    R"({"cid":1234567,"provhash":"not a secret","cmd":"getuserdata","data":{"pagesize":1,"pageindex":0}})";

class FaultsTest : public ::testing::Test {
 protected:
  FaultsTest() {
    simulator_->AddCompany(NewCompany());
    right_ = client_.Post(kProbe).body;
    EXPECT_GT(right_.size(), 100u);
  }

  RawAnswer Meet(const Fault& fault, long timeout_ms = 30'000) {
    simulator_->SetFault(fault);
    return client_.Send("POST", "/enterpriseapi.php", "application/json", kProbe, timeout_ms);
  }

  static Fault Of(Fault::Kind kind) {
    Fault fault;
    fault.kind = kind;
    return fault;
  }

  std::unique_ptr<Simulator> simulator_ = *Simulator::Start({});
  RawClient client_{*simulator_};
  std::string right_;
};

TEST_F(FaultsTest, HangNeverAnswers) {
  EXPECT_EQ(Meet(Of(Fault::kHang), 200).code, CURLE_OPERATION_TIMEDOUT);
  EXPECT_TRUE(simulator_->WaitFor(
      [](const Stats& stats) { return stats.aborted == 1 && stats.in_flight == 0; },
      absl::Seconds(30)));
  EXPECT_EQ(simulator_->stats().requests, 2u);
  EXPECT_TRUE(simulator_->WaitFor([](const Stats& stats) { return stats.answered == 1; },
                                  absl::Seconds(30)));
}

TEST_F(FaultsTest, LatencyIsWaitedOut) {
  Fault fault;
  fault.latency = absl::Milliseconds(100);
  const absl::Time start = absl::Now();
  EXPECT_EQ(Meet(fault).body, right_);
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(95));
}

TEST_F(FaultsTest, CloseEndsTheConnectionWithoutAByte) {
  RawClient fresh(*simulator_);
  simulator_->SetFault(Of(Fault::kClose));
  const RawAnswer answer = fresh.Post(kProbe);
  EXPECT_NE(answer.code, CURLE_OK);
  EXPECT_EQ(answer.headers, "");
  EXPECT_EQ(answer.body, "");
}

TEST_F(FaultsTest, ResetBreaksOff) {
  Fault fault = Of(Fault::kReset);
  fault.bytes = 20;
  const RawAnswer answer = Meet(fault);
  EXPECT_NE(answer.code, CURLE_OK);
  EXPECT_LE(answer.body.size(), 20u);
  EXPECT_THAT(right_, StartsWith(answer.body));
}

TEST_F(FaultsTest, TruncatedEndsAfterSomeBytes) {
  Fault fault = Of(Fault::kTruncated);
  fault.bytes = 20;
  const RawAnswer answer = Meet(fault);
  EXPECT_NE(answer.code, CURLE_OK);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, right_.substr(0, 20));
}

TEST_F(FaultsTest, TrickleComesByteByByte) {
  Fault fault = Of(Fault::kTrickle);
  fault.interval = absl::Milliseconds(20);
  const RawAnswer slow = Meet(fault, 300);
  EXPECT_EQ(slow.code, CURLE_OPERATION_TIMEDOUT);
  EXPECT_LE(slow.headers.size(), 15u);
  EXPECT_THAT("HTTP/1.1 200 OK\r\n", StartsWith(slow.headers));
  fault.interval = absl::ZeroDuration();
  EXPECT_EQ(Meet(fault).body, right_);
}

TEST_F(FaultsTest, BodyReplacesTheAnswer) {
  Fault fault = Of(Fault::kBody);
  fault.body = "{\"status\":\"FAIL\"}";
  RawAnswer answer = Meet(fault);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, fault.body);
  EXPECT_THAT(answer.headers, HasSubstr("Content-Type: text/xml"));
  fault.status = 418;
  answer = Meet(fault);
  EXPECT_EQ(answer.status, 418);
  EXPECT_EQ(answer.body, fault.body);
}

TEST_F(FaultsTest, TheEdgeAnswersInHtml) {
  Fault limited = Of(Fault::kEdgeRateLimit);
  limited.retry_after_seconds = 7;
  Fault maintenance = Of(Fault::kServerError);
  maintenance.status = 503;
  const struct {
    Fault fault;
    long status;
  } cases[] = {{Of(Fault::kEdgeBlock), 403},
               {Of(Fault::kEdgeRateLimit), 429},
               {limited, 429},
               {Of(Fault::kServerError), 502},
               {maintenance, 503}};
  for (const auto& one : cases) {
    const RawAnswer answer = Meet(one.fault);
    EXPECT_EQ(answer.code, CURLE_OK);
    EXPECT_EQ(answer.status, one.status);
    EXPECT_THAT(answer.headers, HasSubstr("\r\nContent-Type: text/html\r\n"));
    EXPECT_THAT(answer.body, StartsWith("<!DOCTYPE html>"));
    const bool says_when = answer.headers.find("\r\nRetry-After: 7\r\n") != std::string::npos;
    EXPECT_EQ(says_when, one.fault.retry_after_seconds == 7);
  }
}

TEST_F(FaultsTest, HugeAnswersAreAsLargeAsAsked) {
  Fault fault = Of(Fault::kHugeAnswer);
  fault.bytes = 5'000'000;
  RawAnswer answer = Meet(fault);
  EXPECT_EQ(answer.code, CURLE_OK);
  EXPECT_GE(answer.body.size(), 5'000'000u);
  EXPECT_LT(answer.body.size(), 5'010'000u);
  EXPECT_THAT(answer.body.substr(0, 100), StartsWith("{\"total\":1000000,"));
  EXPECT_EQ(answer.body.substr(answer.body.size() - 3), "}}}");

  fault = Of(Fault::kHugeGarbage);
  fault.bytes = 5'000'000;
  EXPECT_EQ(Meet(fault).body, std::string(5'000'000, 'g'));
}

TEST_F(FaultsTest, LengthsLie) {
  RawAnswer answer = Meet(Of(Fault::kLengthTooLong));
  EXPECT_NE(answer.code, CURLE_OK);
  EXPECT_EQ(answer.body, right_);
  answer = Meet(Of(Fault::kLengthTooShort));
  EXPECT_EQ(answer.code, CURLE_OK);
  EXPECT_EQ(answer.body, right_.substr(0, right_.size() / 2));
}

TEST_F(FaultsTest, RedirectPointsElsewhere) {
  Fault fault = Of(Fault::kRedirect);
  fault.body = "https://127.0.0.1:1/elsewhere";
  const RawAnswer answer = Meet(fault);
  EXPECT_EQ(answer.status, 302);
  EXPECT_THAT(answer.headers, HasSubstr("\r\nLocation: https://127.0.0.1:1/elsewhere\r\n"));
  EXPECT_EQ(answer.body, "");
}

TEST_F(FaultsTest, EndsAfterSoManyRequests) {
  Fault fault = Of(Fault::kServerError);
  fault.only_next = 2;
  EXPECT_EQ(Meet(fault).status, 502);
  EXPECT_EQ(client_.Post(kProbe).status, 502);
  EXPECT_EQ(client_.Post(kProbe).body, right_);
}

TEST_F(FaultsTest, ACompanysOwnFaultWins) {
  simulator_->SetCompanyFault("1234567", Of(Fault::kEdgeBlock));
  EXPECT_EQ(Meet(Of(Fault::kServerError)).status, 403);
  EXPECT_EQ(client_.Post(R"({"cid":7654321})").status, 502);
  simulator_->SetCompanyFault("1234567", absl::nullopt);
  EXPECT_EQ(client_.Post(kProbe).status, 502);
  simulator_->SetFault(absl::nullopt);
  EXPECT_EQ(client_.Post(kProbe).body, right_);
}

TEST(ParseFaultTest, ReadsEveryField) {
  const auto fault =
      ParseFault(R"({"kind":"edge_rate_limit","latency_ms":5,"interval_ms":6,"bytes":7,"status":8,)"
                 R"("retry_after_seconds":9,"body":"text","only_next":10})");
  ASSERT_TRUE(fault.ok()) << fault.status();
  EXPECT_EQ(fault->kind, Fault::kEdgeRateLimit);
  EXPECT_EQ(fault->latency, absl::Milliseconds(5));
  EXPECT_EQ(fault->interval, absl::Milliseconds(6));
  EXPECT_EQ(fault->bytes, 7u);
  EXPECT_EQ(fault->status, 8);
  EXPECT_EQ(fault->retry_after_seconds, 9);
  EXPECT_EQ(fault->body, "text");
  EXPECT_EQ(fault->only_next, 10);
}

TEST(ParseFaultTest, NamesWhatItCannotRead) {
  for (const char* json : {"", "hang", "[]", "{", "{\"kind\":\"hang\"} {}"}) {
    EXPECT_THAT(std::string(ParseFault(json).status().message()), HasSubstr("JSON object")) << json;
  }
  for (const char* json : {R"({"kind":"HANG"})", R"({"kind":1})", R"({"kind":"explode"})"}) {
    EXPECT_THAT(std::string(ParseFault(json).status().message()), HasSubstr("'kind'")) << json;
  }
  EXPECT_THAT(std::string(ParseFault(R"({"bytes":-1})").status().message()), HasSubstr("'bytes'"));
  EXPECT_THAT(std::string(ParseFault(R"({"delay":1})").status().message()), HasSubstr("'delay'"));
}

}  // namespace
}  // namespace credlink::simulator
