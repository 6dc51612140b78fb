// The monitor over a store that tests can disturb. Weeks of it are in tests/plays.
#include "server/accounts/monitor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>

#include "server/faults/faults.h"
#include "tests/accounts/forwarding_store.h"
#include "tests/accounts/services_fixture.h"
#include "tests/runtime/running_task.h"

namespace credlink {
namespace {

// Refuses so many of the next writes of a check's time, and all of one account.
class RefusingStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  void RefuseNext(int count) { refuse_ = count; }
  // From now on nothing of that account can be read or written.
  void Damage(std::string account_id) { damaged_ = std::move(account_id); }
  int damaged_reads() const { return damaged_reads_; }
  int postponed() const { return postponed_; }

  absl::Time last_due() const { return absl::FromUnixMicros(last_due_us_); }

  Task<absl::StatusOr<absl::optional<AccountRecord>>> GetAccount(std::string tenant,
                                                                 std::string account_id) override {
    if (account_id == damaged_) {
      ++damaged_reads_;
      co_return Fault(v1::ERROR_REASON_INTEGRITY_FAILURE);
    }
    absl::StatusOr<absl::optional<AccountRecord>> record =
        co_await ForwardingStore::GetAccount(std::move(tenant), std::move(account_id));
    co_return record;
  }

  Task<absl::Status> PostponeCheck(AccountKey key, absl::Time due) override {
    last_due_us_ = absl::ToUnixMicros(due);
    if (key.account_id == damaged_) co_return Fault(v1::ERROR_REASON_INTEGRITY_FAILURE);
    if (refuse_ > 0) {
      --refuse_;
      co_return absl::UnavailableError("refused");
    }
    ++postponed_;
    absl::Status status = co_await ForwardingStore::PostponeCheck(std::move(key), due);
    co_return status;
  }

 private:
  std::string damaged_;
  std::atomic<int> damaged_reads_{0};
  std::atomic<int> refuse_{0};
  std::atomic<int> postponed_{0};
  std::atomic<int64_t> last_due_us_{0};
};

class MonitorTest : public ServicesFixture<RefusingStore> {
 protected:
  static constexpr int kConcurrent = 16;
  static AccountOptions Options() {
    AccountOptions options;
    options.monitor.max_concurrent = kConcurrent;
    options.monitor.max_per_second = 1000;
    return options;
  }

  MonitorTest() : ServicesFixture(2, Options()) {}

  // Each is a company of its own.
  void LinkCompany(const std::string& id) { Link(LinkRequest(id, id)); }
  // Three accounts that an outage left in doubt.
  void MakeDoubts() {
    for (const char* id : {"a", "b", "c"}) {
      LinkCompany(id);
      services_.doubts.Add(AccountKey{"acme", id}, clock_.Now());
    }
    const auto record = [this](int company, v1::Verdict::Outcome outcome) {
      v1::Account account;
      account.set_account_number(std::to_string(company));
      services_.brake.Record(account, outcome, clock_.Now());
      services_.doubts.Observe(clock_.Now());
    };
    for (int i = 0; i < 10; ++i) record(i, v1::Verdict::OUTCOME_INVALID);
    ASSERT_TRUE(services_.brake.Engaged());
    for (int i = 0; i < 30; ++i) record(i, v1::Verdict::OUTCOME_VALID);
    ASSERT_FALSE(services_.brake.Engaged());
  }
  void RunDue() { RunTask(executor_, services_.monitor.RunDue()); }
};

TEST_F(MonitorTest, OneSlowCheckHoldsNobodyUp) {
  for (int i = 0; i < 40; ++i) LinkCompany(std::to_string(i));
  clock_.Advance(absl::Hours(8));  // all are due
  const int before = provider_.probes();
  provider_.HoldNext();
  std::future<absl::Duration> due = StartTask(executor_, services_.monitor.RunDue());
  provider_.WaitForProbes(before + 40);
  provider_.Release();
  due.get();
  EXPECT_EQ(provider_.probes(), before + 40) << "none twice";
}

TEST_F(MonitorTest, AsManySlowOnesAsPlacesButOneHoldNobodyUp) {
  for (int i = 0; i < 40; ++i) LinkCompany(std::to_string(i));
  clock_.Advance(absl::Hours(8));
  const int before = provider_.probes();
  provider_.HoldNext(kConcurrent - 1);
  std::future<absl::Duration> due = StartTask(executor_, services_.monitor.RunDue());
  provider_.WaitForProbes(before + 40);
  provider_.Release();
  due.get();
  EXPECT_EQ(provider_.probes(), before + 40);
}

TEST_F(MonitorTest, CancellingReachesTheChecksUnderWay) {
  for (int i = 0; i < 3; ++i) LinkCompany(std::to_string(i));
  clock_.Advance(absl::Hours(8));
  provider_.Hold();
  const int before = provider_.probes();
  RunningTask<absl::Duration> due(executor_, services_.monitor.RunDue());
  provider_.WaitForProbes(before + 3);
  due.Cancel();
  due.End();
  EXPECT_EQ(provider_.probes(), before + 3);
}

// Where neither the check nor a later time for it can be stored, as in a damaged page.
TEST_F(MonitorTest, WhatCannotBePostponedRestsNevertheless) {
  LinkCompany("1");
  LinkCompany("2");
  clock_.Advance(absl::Hours(8));
  store_.Damage("1");
  const int before = provider_.probes();
  RunDue();
  EXPECT_EQ(store_.damaged_reads(), 1);
  EXPECT_EQ(provider_.probes(), before + 1) << "the other one";
  RunDue();
  EXPECT_EQ(store_.damaged_reads(), 1) << "it rests";
  clock_.Advance(absl::Minutes(11));
  RunDue();
  EXPECT_EQ(store_.damaged_reads(), 2);
}

TEST_F(MonitorTest, WhatAnOutageLeftInDoubtIsCheckedOnce) {
  MakeDoubts();
  const int before = provider_.probes();
  RunDue();
  EXPECT_EQ(store_.last_due(), DueFirst(clock_.Now())) << "before what else of the tenant is due";
  RunDue();
  EXPECT_EQ(provider_.probes(), before + 3);
}

// A hash was reset; a backlog of its tenant's checks does not keep the news.
TEST_F(MonitorTest, WhatBecomesSuspectIsCheckedBeforeTheBacklog) {
  for (int i = 0; i < 40; ++i) LinkCompany(std::to_string(i));
  LinkCompany("1234567");
  clock_.Advance(absl::Hours(8));
  v1::LinkAccountRequest request = LinkRequest("newer", "1234567");
  request.mutable_credentials()->mutable_lastpass()->set_provisioning_hash("another hash");
  Link(std::move(request));
  DueQuery query;
  query.now = clock_.Now();
  const absl::StatusOr<DueAccounts> due = RunTask(executor_, store_.ListDue(query));
  ASSERT_TRUE(due.ok());
  ASSERT_EQ(due->accounts.size(), 1u);
  EXPECT_EQ(due->accounts[0].account_id, "1234567");
}

TEST_F(MonitorTest, ADoubtThatTheStoreDoesNotTakeIsKept) {
  MakeDoubts();
  const int before = provider_.probes();
  store_.RefuseNext(1);
  RunDue();
  EXPECT_EQ(provider_.probes(), before);
  RunDue();
  EXPECT_EQ(provider_.probes(), before + 3);
}

TEST_F(MonitorTest, NoCallersCheckWorksTheDoubtsOff) {
  MakeDoubts();
  v1::CheckAccountRequest request;
  request.set_name("tenants/acme/accounts/a");
  ASSERT_TRUE(RunTask(executor_, services_.checker.Check(Jane(), request, Soon())).ok());
  EXPECT_EQ(store_.postponed(), 0);
}

}  // namespace
}  // namespace credlink
