// What the janitor meets while it purges.
#include "server/accounts/janitor.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/accounts/account_factory.h"
#include "server/store/memory_store.h"
#include "tests/accounts/forwarding_store.h"
#include "tests/accounts/purging.h"
#include "tests/conformance/samples.h"

namespace credlink {
namespace {

class WatchedStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  Task<absl::StatusOr<std::vector<AccountKey>>> ListPurgeable(absl::Time now, int limit) override {
    absl::StatusOr<std::vector<AccountKey>> keys =
        co_await ForwardingStore::ListPurgeable(now, limit);
    ++lists;
    after_list();
    co_return keys;
  }
  Task<absl::StatusOr<ChangeOutcome>> Apply(ChangeSet changes) override {
    ++applies;
    if (unavailable) co_return Fault(v1::ERROR_REASON_STORE_UNAVAILABLE);
    absl::StatusOr<ChangeOutcome> outcome = co_await ForwardingStore::Apply(std::move(changes));
    co_return outcome;
  }
  Task<absl::Status> AwaitErased() override {
    ++waits;
    co_return Fault(v1::ERROR_REASON_STORE_UNAVAILABLE);
  }

  std::function<void()> after_list = [] {};
  bool unavailable = false;
  int lists = 0;
  int applies = 0;
  int waits = 0;
};

class JanitorTest : public testing::Test {
 protected:
  // a0 to a4 are due.
  JanitorTest() {
    for (int i = 0; i < 5; ++i) {
      NewAccount account = MakeAccount("acme", absl::StrCat("a", i));
      account.account.set_state(v1::Account::STATE_DELETED);
      *account.account.mutable_purge_time() = ToProto(kNow);
      EXPECT_TRUE(RunTask(executor_, memory_.Apply(InsertionOf(account))).ok());
    }
  }

  bool IsThere(const std::string& id) {
    return RunTask(executor_, memory_.GetAccount("acme", id))->has_value();
  }

  Executor executor_{2};
  MemoryStore memory_;
  WatchedStore store_{memory_};
  const FakeClock clock_{kNow};
  Purging purging_{executor_, store_, memory_, clock_};
  Janitor janitor_{store_, purging_.purger, clock_, purging_.log};
};

TEST_F(JanitorTest, PurgesWithoutWaitingForTheFiles) {
  RunTask(executor_, janitor_.RunDue());
  EXPECT_FALSE(IsThere("a0"));
  EXPECT_FALSE(IsThere("a4"));
  EXPECT_EQ(store_.waits, 0);
}

TEST_F(JanitorTest, EndsTheRoundWhenTheStoreIsUnavailable) {
  store_.unavailable = true;
  RunTask(executor_, janitor_.RunDue());
  EXPECT_EQ(store_.lists, 1);
  EXPECT_EQ(store_.applies, 1);
  store_.unavailable = false;
  RunTask(executor_, janitor_.RunDue());
  EXPECT_FALSE(IsThere("a4"));
}

TEST_F(JanitorTest, LeavesWhatWasBroughtBackAndDeletedAgain) {
  store_.after_list = [this] {
    AccountRecord record = **RunTask(executor_, memory_.GetAccount("acme", "a1"));
    *record.account.mutable_purge_time() = ToProto(kNow + absl::Seconds(1));
    EXPECT_TRUE(
        RunTask(executor_, memory_.Apply(ChangeOf("acme", AccountChange::kUpdate, record))).ok());
  };
  RunTask(executor_, janitor_.RunDue());
  EXPECT_FALSE(IsThere("a0"));
  EXPECT_TRUE(IsThere("a1"));
  EXPECT_FALSE(IsThere("a2"));
}

TEST_F(JanitorTest, ForgetsAnswersToRequestsWhoseDayIsOver) {
  for (const char* id : {"over", "not-over"}) {
    NewAccount account = MakeAccount("acme", id);
    account.request = MakeRequest(id, "the answer");
    account.request->expire_time = kNow + (id[0] == 'o' ? -absl::Seconds(1) : absl::ZeroDuration());
    EXPECT_TRUE(RunTask(executor_, memory_.Apply(InsertionOf(account))).ok());
  }
  RunTask(executor_, janitor_.RunDue());
  // As of long ago, so that only what is forgotten is not found.
  const absl::Time before = absl::UnixEpoch();
  EXPECT_FALSE(RunTask(executor_, memory_.FindRequest("acme", "over", before))->has_value());
  EXPECT_TRUE(RunTask(executor_, memory_.FindRequest("acme", "not-over", before))->has_value());
}

}  // namespace
}  // namespace credlink
