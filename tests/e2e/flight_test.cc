// Many calls in flight, calls that are cancelled, and answers that are far too large.

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/e2e/link_fixture.h"
#include "tests/e2e/load.h"

namespace credlink {
namespace {

constexpr uint64_t kInFlight = 1000;
constexpr uint64_t kStep = 100;
constexpr int kMaxConcurrent = 1024;
constexpr int64_t kMemoryLimitKiB = 150 * 1024;

using FlightTest = LinkFixture;

TEST_F(FlightTest, AThousandLinksAtOnce) {
  // More calls than the default of 256 go out to LastPass at once, so that all really are in
  // flight.
  ASSERT_NO_FATAL_FAILURE(StartServer(
      absl::StrCat("lastpass { max_concurrent: ", kMaxConcurrent, " timeout { seconds: 30 } }")));
  std::vector<std::unique_ptr<v1::LinkService::Stub>> stubs;
  std::vector<v1::LinkService::Stub*> pointers;
  for (int i = 0; i < 10; ++i) {  // 100 streams a connection
    stubs.push_back(server_->NewStub());
    pointers.push_back(stubs.back().get());
  }
  std::string first_error;
  uint64_t linked = 0;
  uint64_t at_once = 0;
  // On a busy machine the first may be answered before the last is there. Then once more, with more
  // time.
  for (absl::Duration latency = absl::Seconds(3); at_once < kInFlight && first_error.empty();
       latency *= 2) {
    AnswerAfter(latency);
    LinkLoad load(
        pointers, kInFlight, kStep, [linked](uint64_t i) { return RequestOf(linked + i); },
        [&](const LinkEnd& end) {
          if (!end.status.ok() && first_error.empty()) first_error = end.status.error_message();
        });
    // In steps: a thousand new connections at once may take longer than each has.
    for (uint64_t begun = kStep; begun < kInFlight; begun += kStep) {
      ASSERT_NO_FATAL_FAILURE(WaitForRequests(linked + begun));
      load.AddAtOnce(kStep);
    }
    ASSERT_NO_FATAL_FAILURE(WaitForRequests(linked + kInFlight));
    at_once = lastpass_->stats().in_flight;
    load.Wait();
    linked += kInFlight;
  }
  EXPECT_EQ(first_error, "");
  EXPECT_EQ(at_once, kInFlight);
  const int64_t peak = MemoryKiB(server_->process().pid(), "VmHWM");
  RecordProperty("peak_kib", static_cast<int>(peak));
  EXPECT_GT(peak, 0);
  EXPECT_LT(peak, kMemoryLimitKiB);
  const auto all = ListAll(*stub_);
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->size(), linked);
}

TEST_F(FlightTest, TheDefaultsTakeAThousandToo) {
  AnswerAfter(absl::Milliseconds(300));
  ASSERT_NO_FATAL_FAILURE(StartServer());
  // Over one connection: streams beyond its limit wait.
  int failed = 0;
  LinkLoad load({stub_.get()}, kInFlight, kInFlight, RequestOf,
                [&](const LinkEnd& end) { failed += !end.status.ok(); });
  load.Wait();
  EXPECT_EQ(failed, 0);
  EXPECT_LT(MemoryKiB(server_->process().pid(), "VmHWM"), kMemoryLimitKiB);
}

TEST_F(FlightTest, ACancelledCallStopsItsTransfer) {
  Hang();
  ASSERT_NO_FATAL_FAILURE(StartServer());
  // The best of some: the machine may be busy with something else.
  absl::Duration best = absl::InfiniteDuration();
  for (uint64_t attempt = 0; attempt < 5; ++attempt) {
    grpc::ClientContext context;
    const v1::LinkAccountRequest request = RequestOf(attempt);
    v1::LinkAccountResponse response;
    std::mutex mutex;
    std::condition_variable changed;
    bool ended = false;
    stub_->async()->LinkAccount(&context, &request, &response, [&](grpc::Status status) {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::CANCELLED);
      const std::lock_guard<std::mutex> lock(mutex);
      ended = true;
      changed.notify_all();
    });
    ASSERT_NO_FATAL_FAILURE(WaitForRequests(attempt + 1));
    const absl::Time start = absl::Now();
    context.TryCancel();
    EXPECT_TRUE(lastpass_->WaitFor(
        [attempt](const simulator::Stats& stats) { return stats.aborted > attempt; }, kPatience));
    best = std::min(best, absl::Now() - start);
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [&] { return ended; });
  }
  EXPECT_LT(best, absl::Milliseconds(100));
  const auto all = ListAll(*stub_);
  ASSERT_TRUE(all.ok());
  EXPECT_TRUE(all->empty()) << "a cancelled link was kept";
}

TEST_F(FlightTest, AnAnswerOfFiftyMegabytesIsReadInBoundedMemory) {
  ASSERT_NO_FATAL_FAILURE(StartServer());
  const auto validate = [&] {
    grpc::ClientContext context;
    v1::ValidateCredentialsRequest request;
    request.set_parent("tenants/acme");
    *request.mutable_credentials() = RequestOf(0).credentials();
    v1::ValidateCredentialsResponse response;
    const grpc::Status status = stub_->ValidateCredentials(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.verdict().outcome();
  };
  // Once with a small one, so that what every call needs is there.
  for (int i = 0; i < 20; ++i) EXPECT_EQ(validate(), v1::Verdict::OUTCOME_VALID);
  simulator::Fault huge;
  huge.kind = simulator::Fault::kHugeAnswer;
  huge.bytes = 2 << 20;
  lastpass_->SetFault(huge);
  EXPECT_EQ(validate(), v1::Verdict::OUTCOME_VALID);
  const int64_t before = MemoryKiB(server_->process().pid(), "VmHWM");

  huge.bytes = 50 << 20;
  lastpass_->SetFault(huge);
  EXPECT_EQ(validate(), v1::Verdict::OUTCOME_VALID);
  EXPECT_LT(MemoryKiB(server_->process().pid(), "VmHWM") - before, 1024);
}

}  // namespace
}  // namespace credlink
