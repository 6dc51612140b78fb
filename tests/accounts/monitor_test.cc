// The monitor over a store that tests can disturb. Weeks of it are in tests/plays.
#include "server/accounts/monitor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>

#include "server/accounts/account_services.h"
#include "server/faults/faults.h"
#include "server/store/memory_store.h"
#include "tests/accounts/forwarding_store.h"
#include "tests/rpc/fake_provider.h"
#include "tests/runtime/run_task.h"
#include "tests/runtime/running_task.h"
#include "tests/secrets/key_files.h"
#include "tests/store/temp_directory.h"

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

class MonitorTest : public testing::Test {
 protected:
  static Caller Jane() {
    Caller jane;
    jane.identity = "jane";
    return jane;
  }

  static constexpr int kConcurrent = 16;
  static AccountOptions Options() {
    AccountOptions options;
    options.monitor.max_concurrent = kConcurrent;
    options.monitor.max_per_second = 1000;
    return options;
  }

  static v1::LinkAccountRequest RequestOf(const std::string& id, const std::string& number) {
    v1::LinkAccountRequest request;
    request.set_parent("tenants/acme");
    request.set_account_id(id);
    request.mutable_owner()->set_id(id);
    request.mutable_credentials()->mutable_lastpass()->set_account_number(number);
    request.mutable_credentials()->mutable_lastpass()->set_provisioning_hash("hash");
    return request;
  }
  void Link(const std::string& id) {
    v1::LinkAccountRequest request = RequestOf(id, id);
    const Deadline soon = Deadline::In(absl::Minutes(1));
    ASSERT_TRUE(RunTask(executor_, services_.linker.Link(Jane(), request, soon)).ok());
  }
  // Three accounts that an outage left in doubt.
  void MakeDoubts() {
    for (const char* id : {"a", "b", "c"}) {
      Link(id);
      services_.doubts.Add(AccountKey{"acme", id}, clock_.Now());
    }
    services_.doubts.Observe(true, clock_.Now());
    services_.doubts.Observe(false, clock_.Now());
  }
  void RunDue() { RunTask(executor_, services_.monitor.RunDue()); }

  TempDirectory folder_;
  KeyFiles key_files_;
  MemoryStore memory_store_;
  RefusingStore store_{memory_store_};
  Executor executor_{2};
  std::unique_ptr<FileKeyProvider> key_provider_ = key_files_.New("key");
  std::unique_ptr<KeyRing> keys_ =
      *RunTask(executor_, KeyRing::Open(*key_provider_, memory_store_));
  FakeClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  Log log_{LogLevel::kDebug, folder_.File("log")};
  FakeProvider provider_;
  Providers providers_{{&provider_}};
  AccountServices services_{AccountFoundations{providers_, store_, *keys_, executor_, clock_, log_},
                            Options()};
};

TEST_F(MonitorTest, OneSlowCheckHoldsNobodyUp) {
  for (int i = 0; i < 40; ++i) Link(std::to_string(i));
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
  for (int i = 0; i < 40; ++i) Link(std::to_string(i));
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
  for (int i = 0; i < 3; ++i) Link(std::to_string(i));
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
  Link("1");
  Link("2");
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
  for (int i = 0; i < 40; ++i) Link(std::to_string(i));
  Link("1234567");
  clock_.Advance(absl::Hours(8));
  v1::LinkAccountRequest request = RequestOf("newer", "1234567");
  request.mutable_credentials()->mutable_lastpass()->set_provisioning_hash("another hash");
  const Deadline soon = Deadline::In(absl::Minutes(1));
  ASSERT_TRUE(RunTask(executor_, services_.linker.Link(Jane(), request, soon)).ok());
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
  const Deadline soon = Deadline::In(absl::Minutes(1));
  ASSERT_TRUE(RunTask(executor_, services_.checker.Check(Jane(), request, soon)).ok());
  EXPECT_EQ(store_.postponed(), 0);
}

}  // namespace
}  // namespace credlink
