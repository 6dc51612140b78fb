#include "server/accounts/prove.h"

#include <gtest/gtest.h>

#include "tests/rpc/fake_provider.h"
#include "tests/runtime/run_task.h"
#include "tests/runtime/running_task.h"
#include "tests/store/temp_directory.h"

namespace credlink {
namespace {

class ProveTest : public testing::Test {
 protected:
  using Result = absl::StatusOr<ProbeResult>;

  // Comes to the probe only when the gate is open, or the call was cancelled there.
  Task<Result> ProveBehind(Gate& gate) {
    co_await gate.Pass();
    Result probe = co_await Prove(&provider_, credentials_, Deadline::In(absl::Minutes(1)));
    co_return probe;
  }

  FakeProvider provider_;
  const ProviderCredentials credentials_{"1234567", Secret("hash-1")};
  Executor executor_{1};
};

TEST_F(ProveTest, AnswersWithTheVerdict) {
  Gate open;
  open.Open();
  const Result probe = RunTask(executor_, ProveBehind(open));
  ASSERT_TRUE(probe.ok()) << probe.status();
  EXPECT_EQ(probe->verdict.outcome(), v1::Verdict::OUTCOME_VALID);
  EXPECT_EQ(provider_.probes(), 1);
}

TEST_F(ProveTest, ACallThatWasCancelledBeforeAsksNobody) {
  Gate gate;
  RunningTask<Result> task(executor_, ProveBehind(gate));
  gate.WaitForArrived(1);
  task.Cancel();
  EXPECT_EQ(ReasonOf(task.End().status()), v1::ERROR_REASON_CANCELLED);
  EXPECT_EQ(provider_.probes(), 0);
}

TEST_F(ProveTest, WhoseTurnDidNotComeInTimeHasNoVerdict) {
  const auto prove_late = [this](DeadlineOf whose) {
    return RunTask(executor_,
                   Prove(&provider_, credentials_, Deadline::In(absl::ZeroDuration()), whose));
  };
  EXPECT_TRUE(prove_late(DeadlineOf::kCaller).ok()) << "late, but proven";
  provider_.SetAnswer([](const ProviderCredentials&) {
    return FakeProvider::Not(v1::Verdict::OUTCOME_INDETERMINATE,
                             v1::ERROR_REASON_UPSTREAM_UNAVAILABLE);
  });
  EXPECT_EQ(ReasonOf(prove_late(DeadlineOf::kCaller).status()), v1::ERROR_REASON_DEADLINE_EXCEEDED);
  EXPECT_EQ(ReasonOf(prove_late(DeadlineOf::kServer).status()), v1::ERROR_REASON_SERVER_OVERLOADED);
}

TEST_F(ProveTest, AProviderThatIsNotThereIsAFault) {
  const Result probe =
      RunTask(executor_, Prove(nullptr, credentials_, Deadline::In(absl::Minutes(1))));
  EXPECT_EQ(ReasonOf(probe.status()), v1::ERROR_REASON_INTERNAL);
}

TEST_F(ProveTest, OnlyValidIsGoodEnough) {
  TempDirectory folder;
  Log log(LogLevel::kDebug, folder.File("log"));
  const auto require = [&log](const ProbeResult& probe) {
    return RequireValid(probe, "refused", Caller(), "acme", "1234567", log);
  };
  EXPECT_TRUE(require(FakeProvider::Valid()).ok());
  EXPECT_EQ(ReasonOf(require(FakeProvider::Not(v1::Verdict::OUTCOME_INVALID,
                                               v1::ERROR_REASON_CREDENTIALS_REJECTED))),
            v1::ERROR_REASON_CREDENTIALS_REJECTED);
  EXPECT_EQ(ReasonOf(require(FakeProvider::Not(v1::Verdict::OUTCOME_INDETERMINATE, {}))),
            v1::ERROR_REASON_INTERNAL)
      << "a verdict without a reason";
}

}  // namespace
}  // namespace credlink
