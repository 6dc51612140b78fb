#include "server/providers/lastpass/lastpass_provider.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <future>
#include <string>

#include "server/providers/lastpass/probe_request.h"
#include "server/runtime/executor.h"
#include "tests/http/scripted_http_client.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

using Client = ScriptedHttpClient;

const char kUserData[] = R"({"total":7,"count":1,"Users":{"1":{"username":"ann@example.com"}}})";
const char kRefusal[] =
    R"(<?xml version="1.0" encoding="UTF-8"?><lastpass rc="Authorization Error"/>)";

ProviderCredentials Pair(absl::string_view account_number, absl::string_view hash) {
  return {std::string(account_number), Secret(hash)};
}

class LastPassProviderTest : public testing::Test {
 protected:
  ProbeResult Probe(Deadline deadline = Deadline::In(absl::Minutes(1))) {
    return RunTask(executor_, provider_.Probe(credentials_, deadline));
  }

  // What was sent, once it was.
  Client::Request Sent() {
    EXPECT_EQ(http_.Requests().size(), 1u);
    return http_.Requests().at(0);
  }

  Executor executor_{1};
  Client http_;
  FakeClock clock_{absl::FromUnixMillis(1700000000250)};
  LastPassProvider provider_{http_, clock_, LastPassProvider::Options()};
  ProviderCredentials credentials_ = Pair("12345678", "0123456789abcdef0123456789abcdef");
};

TEST_F(LastPassProviderTest, SendsExactlyThisRequest) {
  http_.Script(Client::Done(200, {kUserData}));
  Probe();
  const Client::Request sent = Sent();
  EXPECT_EQ(sent.path, "/enterpriseapi.php");
  EXPECT_EQ(sent.content_type, "application/json");
  EXPECT_EQ(sent.max_body, 64u * 1024 * 1024);
  EXPECT_EQ(sent.body, R"({"cid":12345678,"provhash":"0123456789abcdef0123456789abcdef",)"
                       R"("cmd":"getuserdata","data":{"pagesize":1,"pageindex":0}})");
}

TEST_F(LastPassProviderTest, ValidWithProof) {
  Client::Answer answer = Client::Done(200, {kUserData});
  answer.result.latency = absl::Milliseconds(1350);
  answer.result.retry_after = absl::Seconds(9);
  http_.Script(answer);
  const ProbeResult probe = Probe();
  EXPECT_FALSE(probe.cancelled);
  EXPECT_EQ(probe.user_count, 7);
  EXPECT_FALSE(probe.retry_after.has_value());
  const v1::Verdict& verdict = probe.verdict;
  EXPECT_EQ(verdict.outcome(), v1::Verdict::OUTCOME_VALID);
  EXPECT_EQ(verdict.reason(), v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_EQ(verdict.message(), "LastPass accepted the account number and the provisioning hash.");
  EXPECT_FALSE(verdict.has_next_step());
  EXPECT_EQ(verdict.evidence().command(), "getuserdata");
  EXPECT_EQ(verdict.evidence().upstream_class(), v1::UPSTREAM_CLASS_USER_DATA);
  EXPECT_EQ(verdict.evidence().http_status(), 200);
  EXPECT_EQ(verdict.evidence().latency().seconds(), 1);
  EXPECT_EQ(verdict.evidence().latency().nanos(), 350000000);
  EXPECT_EQ(verdict.evidence().time().seconds(), 1700000000);
  EXPECT_EQ(verdict.evidence().time().nanos(), 250000000);
  EXPECT_EQ(verdict.SerializeAsString().find("ann@example.com"), std::string::npos);
}

TEST_F(LastPassProviderTest, InvalidWhenRefused) {
  http_.Script(Client::Done(200, {kRefusal}));
  const ProbeResult probe = Probe();
  const v1::ReasonInfo& info = InfoOf(v1::ERROR_REASON_CREDENTIALS_REJECTED);
  EXPECT_EQ(probe.verdict.outcome(), v1::Verdict::OUTCOME_INVALID);
  EXPECT_EQ(probe.verdict.reason(), v1::ERROR_REASON_CREDENTIALS_REJECTED);
  EXPECT_EQ(probe.verdict.message(), info.message());
  EXPECT_EQ(probe.verdict.next_step().action(), info.next_step().action());
  EXPECT_EQ(probe.verdict.next_step().actor(), v1::ACTOR_LASTPASS_ADMIN);
  EXPECT_EQ(probe.user_count, 0);
}

TEST_F(LastPassProviderTest, PassesOnThePauseThatLastPassAsksFor) {
  Client::Answer answer = Client::Done(429, {"<html>slow down</html>"});
  answer.result.retry_after = absl::Seconds(42);
  http_.Script(answer);
  const ProbeResult probe = Probe();
  EXPECT_EQ(probe.verdict.outcome(), v1::Verdict::OUTCOME_INDETERMINATE);
  EXPECT_EQ(probe.verdict.reason(), v1::ERROR_REASON_UPSTREAM_RATE_LIMITED);
  EXPECT_EQ(probe.verdict.evidence().http_status(), 429);
  EXPECT_EQ(probe.retry_after, absl::Seconds(42));
}

TEST_F(LastPassProviderTest, WhatGoesWrongOnTheWayIsIndeterminate) {
  struct {
    HttpResult::Kind kind;
    v1::ErrorReason reason;
    v1::UpstreamClass upstream_class;
  } const ends[] = {
      {HttpResult::kTransport, v1::ERROR_REASON_UPSTREAM_UNAVAILABLE, v1::UPSTREAM_CLASS_TRANSPORT},
      {HttpResult::kTimeout, v1::ERROR_REASON_UPSTREAM_UNAVAILABLE, v1::UPSTREAM_CLASS_TIMEOUT},
      {HttpResult::kUntrusted, v1::ERROR_REASON_UPSTREAM_UNTRUSTED, v1::UPSTREAM_CLASS_UNTRUSTED},
      {HttpResult::kTooLarge, v1::ERROR_REASON_UPSTREAM_UNEXPECTED_ANSWER,
       v1::UPSTREAM_CLASS_UNEXPECTED_BODY},
  };
  for (const auto& end : ends) {
    http_.Script(Client::Ended(end.kind));
    const ProbeResult probe = Probe();
    EXPECT_FALSE(probe.cancelled);
    EXPECT_EQ(probe.verdict.outcome(), v1::Verdict::OUTCOME_INDETERMINATE);
    EXPECT_EQ(probe.verdict.reason(), end.reason);
    EXPECT_EQ(probe.verdict.message(), InfoOf(end.reason).message());
    EXPECT_EQ(probe.verdict.evidence().upstream_class(), end.upstream_class);
    EXPECT_EQ(probe.verdict.evidence().http_status(), 0);
  }
}

TEST_F(LastPassProviderTest, KeepsToTheCallersDeadline) {
  http_.Script(Client::Done(200, {kUserData}));
  const Deadline caller = Deadline::In(absl::Seconds(5));
  Probe(caller);
  const Deadline sent = Sent().deadline;
  const absl::Duration earlier = caller.Left();
  const absl::Duration left = sent.Left();
  const absl::Duration later = caller.Left();
  EXPECT_LE(left, earlier);
  EXPECT_GE(left, later);
}

TEST_F(LastPassProviderTest, TakesTenSecondsAtMostOnceItIsSent) {
  http_.Script(Client::Done(200, {kUserData}));
  Probe(Deadline::In(absl::Hours(1)));
  EXPECT_EQ(Sent().max_time, absl::Seconds(10));
  EXPECT_GT(Sent().deadline.Left(), absl::Minutes(1)) << "waiting for a place is no part of it";
}

TEST_F(LastPassProviderTest, ACancelledProbeHasNoVerdict) {
  Strand strand = executor_.NewStrand();
  boost::asio::cancellation_signal signal;
  std::promise<void> waiting;
  std::promise<ProbeResult> result;
  http_.ScriptHang([&waiting] { waiting.set_value(); });
  auto call = [](LastPassProvider& provider,
                 const ProviderCredentials& credentials) -> Task<ProbeResult> {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    Task<ProbeResult> probe = provider.Probe(credentials, Deadline::In(absl::Minutes(1)));
    ProbeResult value = co_await std::move(probe);
    co_return value;
  };
  boost::asio::co_spawn(strand, call(provider_, credentials_),
                        boost::asio::bind_cancellation_slot(
                            signal.slot(), [&result](std::exception_ptr, ProbeResult value) {
                              result.set_value(std::move(value));
                            }));
  waiting.get_future().wait();
  boost::asio::post(strand, [&signal] { signal.emit(boost::asio::cancellation_type::terminal); });
  const ProbeResult probe = result.get_future().get();
  EXPECT_TRUE(probe.cancelled);
  EXPECT_EQ(probe.verdict.ByteSizeLong(), 0u);
}

TEST_F(LastPassProviderTest, ReadsAndDescribesItsCredentials) {
  v1::Credentials input;
  input.mutable_lastpass()->set_account_number(" 12345678");
  input.mutable_lastpass()->set_provisioning_hash("\"abcdef\"");
  FieldFaults faults;
  const auto read = provider_.Read(input, faults);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->credentials.account_number, "12345678");
  EXPECT_EQ(read->credentials.secret.Reveal(), "abcdef");
  EXPECT_EQ(provider_.id(), "lastpass");
  EXPECT_EQ(provider_.connector().name(), "connectors/lastpass");
}

TEST(ProbeRequestTest, HashesOfAnyCharactersComeThroughJson) {
  std::string all_bytes_of_ascii;
  for (char c = 0; c != '\x7f'; ++c) all_bytes_of_ascii += c;
  const std::string hashes[] = {"plain",
                                "\"quoted\"",
                                "back\\slash\\",
                                "\\u0041",
                                "\",\"cmd\":\"deluser",
                                "{}[]:,",
                                "/</script>",
                                "\x01\x1f\x7f",
                                "h\u00e4sh\u2028\U0001f511",
                                std::string(1024, '"'),
                                all_bytes_of_ascii,
                                ""};
  for (const std::string& hash : hashes) {
    const Secret body = lastpass::MakeProbeBody(Pair("1234567890", hash));
    const boost::json::value parsed =
        boost::json::parse(boost::json::string_view(body.Reveal().data(), body.size()));
    const boost::json::value expected = {{"cid", 1234567890},
                                         {"provhash", hash},
                                         {"cmd", "getuserdata"},
                                         {"data", {{"pagesize", 1}, {"pageindex", 0}}}};
    EXPECT_EQ(parsed, expected);
  }
}

}  // namespace
}  // namespace credlink
