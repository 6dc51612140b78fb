// Calls that another call overtakes between what they read and what they write.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "server/faults/faults.h"
#include "tests/accounts/overtaking_store.h"
#include "tests/accounts/services_fixture.h"

namespace credlink {
namespace {

class OvertakenTest : public ServicesFixture<OvertakingStore> {
 protected:
  using Other = OvertakingStore::Other;

  OvertakenTest() : ServicesFixture(1) {
    Link(LinkRequest("a"));
    Link(LinkRequest("b"));
  }

  static std::string NameOf(const std::string& id) { return "tenants/acme/accounts/" + id; }
  using ServicesFixture::LinkRequest;
  // Of the same company.
  static v1::LinkAccountRequest LinkRequest(const std::string& id) {
    return LinkRequest(id, "1234567");
  }

  v1::Account Get(const std::string& id) {
    return (*RunTask(executor_, store_.GetAccount("acme", id)))->account;
  }

  int CountEvents(v1::Event::Type type) {
    const EventPage page = *RunTask(executor_, store_.ListEvents("acme", 0, 1000, 1 << 20));
    int count = 0;
    for (const std::string& bytes : page.events) {
      v1::Event event;
      EXPECT_TRUE(event.ParseFromString(bytes));
      count += event.type() == type ? 1 : 0;
    }
    return count;
  }

  Task<absl::StatusOr<v1::RotateCredentialsResponse>> Rotate(std::string hash, bool all,
                                                             std::string etag = "",
                                                             std::string request_id = "") {
    v1::RotateCredentialsRequest request;
    request.set_name(NameOf("a"));
    request.mutable_credentials()->mutable_lastpass()->set_account_number("1234567");
    request.mutable_credentials()->mutable_lastpass()->set_provisioning_hash(hash);
    request.set_apply_to_same_account_number(all);
    request.set_etag(etag);
    request.set_request_id(request_id);
    absl::StatusOr<v1::RotateCredentialsResponse> response =
        co_await services_.rotator.Rotate(Jane(), request, Soon());
    co_return response;
  }

  // Then LastPass asks to slow down.
  Task<void> LinkAndBeThrottled(v1::LinkAccountRequest& request,
                                absl::StatusOr<v1::LinkAccountResponse>& answer) {
    answer = co_await services_.linker.Link(Jane(), request, Soon());
    provider_.SetAnswer([](const ProviderCredentials&) {
      return FakeProvider::Not(v1::Verdict::OUTCOME_INDETERMINATE,
                               v1::ERROR_REASON_UPSTREAM_RATE_LIMITED);
    });
  }

  // Often enough that the first version is no longer kept.
  Task<void> RotateManyTimes() {
    for (int i = 2; i <= 6; ++i) {
      Task<absl::StatusOr<v1::RotateCredentialsResponse>> rotation =
          Rotate("hash-" + std::to_string(i), false);
      const absl::StatusOr<v1::RotateCredentialsResponse> rotated = co_await std::move(rotation);
      EXPECT_TRUE(rotated.ok()) << rotated.status();
    }
  }

  // Gives b another label, and then `next`.
  Task<void> Relabel(int number, Other next = nullptr) {
    v1::UpdateAccountRequest request;
    request.mutable_account()->set_name(NameOf("b"));
    request.mutable_account()->set_label("label " + std::to_string(number));
    request.mutable_update_mask()->add_paths("label");
    const absl::StatusOr<v1::Account> updated =
        co_await services_.lifecycle.Update(Jane(), request);
    EXPECT_TRUE(updated.ok()) << updated.status();
    store_.BeforeNextApply(std::move(next));
  }

  void Refuse() {
    provider_.SetAnswer([](const ProviderCredentials&) {
      return FakeProvider::Not(v1::Verdict::OUTCOME_INVALID, v1::ERROR_REASON_CREDENTIALS_REJECTED);
    });
  }
  void BeginOutage() {
    for (int i = 0; i < OutageBrakeOptions().min_failing; ++i) {
      v1::Account account;
      account.set_account_number(std::to_string(i));
      services_.brake.Record(account, v1::Verdict::OUTCOME_INVALID, clock_.Now());
    }
  }
  Task<absl::StatusOr<v1::CheckAccountResponse>> Check(std::string id, std::string request_id) {
    v1::CheckAccountRequest request;
    request.set_name(NameOf(id));
    request.set_request_id(request_id);
    return services_.checker.Check(Jane(), request, Soon());
  }
  Task<void> CheckAndBeginOutage(std::string id,
                                 absl::StatusOr<v1::CheckAccountResponse>& response) {
    Task<absl::StatusOr<v1::CheckAccountResponse>> check = Check(id, "id-1");
    response = co_await std::move(check);
    BeginOutage();
  }

  template <typename Request>
  Request RequestFor(const std::string& etag) {
    Request request;
    request.set_name(NameOf("a"));
    request.set_etag(etag);
    request.set_request_id("id-1");
    return request;
  }

  template <typename Response>
  static Task<void> Keep(Task<absl::StatusOr<Response>> task, absl::StatusOr<Response>& answer) {
    answer = co_await std::move(task);
  }

  // The same call overtakes itself right after it has seen that its request_id is new.
  template <typename Response>
  void ExpectTheFirstAnswer(std::function<Task<absl::StatusOr<Response>>()> call) {
    absl::StatusOr<Response> faster;
    store_.AfterNextLookup([&] { return Keep(call(), faster); });
    const absl::StatusOr<Response> slower = RunTask(executor_, call());
    ASSERT_TRUE(faster.ok()) << faster.status();
    ASSERT_TRUE(slower.ok()) << slower.status();
    EXPECT_EQ(slower->SerializeAsString(), faster->SerializeAsString());
  }
};

// The slower one comes to LastPass when the faster one is linked, and is turned away there.
TEST_F(OvertakenTest, ALinkOfTheSameRequest) {
  v1::LinkAccountRequest request = LinkRequest("c");
  request.set_request_id("id-1");
  v1::LinkAccountRequest again = request;
  absl::StatusOr<v1::LinkAccountResponse> faster;
  store_.AfterNextCheckInsert([&] { return LinkAndBeThrottled(request, faster); });
  const auto slower = RunTask(executor_, services_.linker.Link(Jane(), again, Soon()));
  ASSERT_TRUE(faster.ok()) << faster.status();
  ASSERT_TRUE(slower.ok()) << slower.status();
  EXPECT_EQ(slower->SerializeAsString(), faster->SerializeAsString());
  EXPECT_EQ(CountEvents(v1::Event::TYPE_LINKED), 3);
}

TEST_F(OvertakenTest, AnUpdateOfTheSameRequest) {
  const std::string etag = Get("a").etag();
  ExpectTheFirstAnswer<v1::Account>([&] {
    v1::UpdateAccountRequest request;
    request.mutable_account()->set_name(NameOf("a"));
    request.mutable_account()->set_label("new label");
    request.mutable_account()->set_etag(etag);
    request.mutable_update_mask()->add_paths("label");
    request.set_request_id("id-1");
    return services_.lifecycle.Update(Jane(), request);
  });
  EXPECT_EQ(CountEvents(v1::Event::TYPE_UPDATED), 1);
}

TEST_F(OvertakenTest, ASuspensionOfTheSameRequest) {
  ExpectTheFirstAnswer<v1::Account>([&] {
    return services_.lifecycle.Suspend(Jane(), RequestFor<v1::SuspendAccountRequest>(""));
  });
  EXPECT_EQ(CountEvents(v1::Event::TYPE_SUSPENDED), 1);
}

TEST_F(OvertakenTest, APurgeOfTheSameRequest) {
  v1::DeleteAccountRequest remove;
  remove.set_name(NameOf("a"));
  ASSERT_TRUE(RunTask(executor_, services_.lifecycle.Delete(Jane(), remove)).ok());
  ExpectTheFirstAnswer<v1::PurgeReceipt>(
      [&] { return services_.purger.Purge(Jane(), RequestFor<v1::PurgeAccountRequest>("")); });
  EXPECT_EQ(CountEvents(v1::Event::TYPE_PURGED), 1);
}

// That a check's events were written is not believed when another call's were.
TEST_F(OvertakenTest, AnOutageThatBeginsBetweenTwoOfTheSameRequest) {
  Refuse();
  absl::StatusOr<v1::CheckAccountResponse> faster;
  store_.AfterNextLookup([&]() -> Task<void> { return CheckAndBeginOutage("a", faster); });
  EXPECT_TRUE(RunTask(executor_, Check("a", "id-1")).ok());
  EXPECT_EQ(CountEvents(v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN), 0);
  EXPECT_TRUE(RunTask(executor_, Check("b", "")).ok());
  EXPECT_EQ(CountEvents(v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN), 1);
}

TEST_F(OvertakenTest, TwoChecksThatBothTellOfAnOutage) {
  Refuse();
  BeginOutage();
  absl::StatusOr<v1::CheckAccountResponse> faster;
  store_.BeforeNextApply([&] { return Keep(Check("b", ""), faster); });
  EXPECT_TRUE(RunTask(executor_, Check("a", "")).ok());
  EXPECT_TRUE(faster.ok());
  EXPECT_EQ(CountEvents(v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN), 1);
}

TEST_F(OvertakenTest, ACheckOfTheSameRequest) {
  Refuse();
  const std::string etag = Get("a").etag();
  ExpectTheFirstAnswer<v1::CheckAccountResponse>([&] {
    return services_.checker.Check(Jane(), RequestFor<v1::CheckAccountRequest>(etag), Soon());
  });
  EXPECT_EQ(CountEvents(v1::Event::TYPE_HEALTH_CHANGED), 1);
}

TEST_F(OvertakenTest, ARotationOfTheSameRequestAsksOnce) {
  const std::string etag = Get("a").etag();
  const int probes = provider_.probes();
  ExpectTheFirstAnswer<v1::RotateCredentialsResponse>(
      [&] { return Rotate("hash-2", false, etag, "id-1"); });
  EXPECT_EQ(provider_.probes(), probes + 1);
  EXPECT_EQ(Get("a").credential().version(), 2);
}

TEST_F(OvertakenTest, ARollbackOfTheSameRequestGoesBackOnce) {
  ASSERT_TRUE(RunTask(executor_, Rotate("hash-2", false)).ok());
  const std::string etag = Get("a").etag();
  ExpectTheFirstAnswer<v1::RollbackCredentialsResponse>([&] {
    return services_.rotator.Rollback(Jane(), RequestFor<v1::RollbackCredentialsRequest>(etag),
                                      Soon());
  });
  EXPECT_EQ(Get("a").credential().version(), 3);
}

TEST_F(OvertakenTest, AnotherRequestTakesTheIdFirst) {
  v1::SuspendAccountRequest suspend = RequestFor<v1::SuspendAccountRequest>("");
  absl::StatusOr<v1::Account> faster;
  store_.BeforeNextApply([&] {
    suspend.set_reason("other content");
    return Keep(services_.lifecycle.Suspend(Jane(), suspend), faster);
  });
  const auto slower = RunTask(executor_, services_.lifecycle.Suspend(Jane(), suspend));
  EXPECT_TRUE(faster.ok()) << faster.status();
  EXPECT_EQ(ReasonOf(slower.status()), v1::ERROR_REASON_REQUEST_ID_REUSED);
}

TEST_F(OvertakenTest, ACheckSeesThatItsVersionWasDroppedMeanwhile) {
  store_.BeforeNextSealed([&] { return RotateManyTimes(); });
  v1::CheckAccountRequest request;
  request.set_name(NameOf("a"));
  const auto checked = RunTask(executor_, services_.checker.Check(Jane(), request, Soon()));
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->account().credential().version(), 6);
}

TEST_F(OvertakenTest, ARotationTogetherSeesWhatChangedMeanwhile) {
  store_.BeforeNextApply([&] { return Relabel(1); });
  const auto rotated = RunTask(executor_, Rotate("hash-2", true));
  ASSERT_TRUE(rotated.ok()) << rotated.status();
  ASSERT_EQ(rotated->also_rotated_size(), 1);
  EXPECT_EQ(Get("b").label(), "label 1");
  EXPECT_EQ(Get("b").credential().version(), 2);
  EXPECT_EQ(Get("a").credential().version(), 2);
  EXPECT_EQ(CountEvents(v1::Event::TYPE_CREDENTIALS_ROTATED), 2);
}

TEST_F(OvertakenTest, ARotationTogetherLeavesWhoIsDeletedMeanwhile) {
  v1::DeleteAccountRequest remove;
  remove.set_name(NameOf("b"));
  absl::StatusOr<v1::Account> deleted;
  store_.BeforeNextApply([&] { return Keep(services_.lifecycle.Delete(Jane(), remove), deleted); });
  const auto rotated = RunTask(executor_, Rotate("hash-2", true));
  ASSERT_TRUE(rotated.ok()) << rotated.status();
  EXPECT_EQ(rotated->also_rotated_size(), 0);
  EXPECT_EQ(Get("b").credential().version(), 1);
  EXPECT_EQ(Get("a").credential().version(), 2);
}

TEST_F(OvertakenTest, ARotationTogetherIsAllOrNothing) {
  int changes = 0;
  Other again;
  again = [&] { return Relabel(++changes, again); };
  store_.BeforeNextApply(again);
  const auto rotated = RunTask(executor_, Rotate("hash-2", true));
  EXPECT_EQ(ReasonOf(rotated.status()), v1::ERROR_REASON_CONCURRENT_CHANGE);
  EXPECT_EQ(changes, Ledger::kAttempts);
  EXPECT_EQ(Get("a").credential().version(), 1);
  EXPECT_EQ(Get("b").credential().version(), 1);
  EXPECT_EQ(CountEvents(v1::Event::TYPE_CREDENTIALS_ROTATED), 0);
  const auto sealed = RunTask(executor_, store_.GetSealedCredential("acme", "a", 2));
  EXPECT_FALSE(sealed->has_value());
}

}  // namespace
}  // namespace credlink
