// Request records: the same request_id gets the same answer, for as long as the record counts.
#include "tests/conformance/account_store_suite.h"

namespace credlink {
namespace {

NewAccount WithRequest(NewAccount account, RequestRecord request) {
  account.request = std::move(request);
  return account;
}

TEST_P(StoreSuite, ARequestIsRememberedWithItsAnswer) {
  RequestRecord request = MakeRequest("r1", "first answer");
  MustCreate(WithRequest(MakeAccount("acme", "a1"), request));
  // Whatever the second asks for; it is the caller who compares the digests.
  RequestRecord other = request;
  other.digest = "another digest";
  other.response = "another answer";
  NewAccount again = WithRequest(MakeAccount("acme", "a2"), other);
  const ChangeOutcome outcome = Insert(again);
  ASSERT_EQ(outcome.kind, ChangeOutcome::kRequestSeen);
  for (const absl::optional<RequestRecord>& found : {outcome.request, Request("r1", kNow)}) {
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->request_id, "r1");
    EXPECT_EQ(found->digest, request.digest);
    EXPECT_EQ(found->response, "first answer");
    EXPECT_EQ(found->expire_time, request.expire_time);
  }
  EXPECT_FALSE(Find("acme", "a2").has_value());
}

TEST_P(StoreSuite, ARequestCountsUntilItExpires) {
  RequestRecord request = MakeRequest("r1", "first answer");
  request.expire_time = kNow + absl::Minutes(1);
  MustCreate(WithRequest(MakeAccount("acme", "a1"), request));
  NewAccount again = WithRequest(MakeAccount("acme", "a2"), MakeRequest("r1", "second answer"));
  again.now = request.expire_time;
  EXPECT_TRUE(Request("r1", again.now).has_value());
  EXPECT_EQ(Insert(again).kind, ChangeOutcome::kRequestSeen);
  again.now = request.expire_time + absl::Microseconds(1);
  EXPECT_FALSE(Request("r1", again.now).has_value());
  MustCreate(again);
  // The new record has taken the old one's place.
  ChangeOutcome seen = Insert(again);
  ASSERT_EQ(seen.kind, ChangeOutcome::kRequestSeen);
  EXPECT_EQ(seen.request->response, "second answer");
}

TEST_P(StoreSuite, RequestsThatExpiredAreForgotten) {
  for (int i = 0; i < 30; ++i) {
    std::string id = std::to_string(i);
    RequestRecord request = MakeRequest("r" + id, "answer " + id);
    request.expire_time = kNow + (i % 2 == 0 ? absl::Minutes(1) : absl::Hours(1));
    MustCreate(WithRequest(MakeAccount("acme", "a" + id), request));
  }
  absl::Time later = kNow + absl::Minutes(2);
  EXPECT_EQ(Get(accounts().ForgetRequests(kNow + absl::Minutes(1), 10)), 0) << "not yet";
  EXPECT_EQ(Get(accounts().ForgetRequests(later, 10)), 10);
  EXPECT_EQ(Get(accounts().ForgetRequests(later, 10)), 5);
  EXPECT_EQ(Get(accounts().ForgetRequests(later, 10)), 0);
  for (int i = 0; i < 30; ++i) {
    std::string id = std::to_string(i);
    // Even if the clock were set back.
    const absl::optional<RequestRecord> kept = Request("r" + id, kNow);
    EXPECT_EQ(kept ? kept->response : "none", i % 2 == 0 ? "none" : "answer " + id);
  }
}

TEST_P(StoreSuite, RequestsOfTenantsAreApart) {
  MustCreate(WithRequest(MakeAccount("acme", "a1"), MakeRequest("r1", "for acme")));
  MustCreate(WithRequest(MakeAccount("umbrella", "a1"), MakeRequest("r1", "for umbrella")));
  NewAccount again = WithRequest(MakeAccount("acme", "a2"), MakeRequest("r1", ""));
  EXPECT_EQ(Insert(again).request->response, "for acme");
  again.tenant = "umbrella";
  EXPECT_EQ(Insert(again).request->response, "for umbrella");
}

TEST_P(StoreSuite, AnEmptyRequestIdIsNone) {
  MustCreate(WithRequest(MakeAccount("acme", "a1"), MakeRequest("", "first")));
  MustCreate(WithRequest(MakeAccount("acme", "a2"), MakeRequest("", "second")));
}

TEST_P(StoreSuite, ARequestMayNeverExpire) {
  RequestRecord request = MakeRequest("r1", "first");
  request.expire_time = absl::InfiniteFuture();
  MustCreate(WithRequest(MakeAccount("acme", "a1"), request));
  NewAccount again = WithRequest(MakeAccount("acme", "a2"), request);
  again.now = kNow + absl::Hours(1000000);
  EXPECT_EQ(Insert(again).kind, ChangeOutcome::kRequestSeen);
}

}  // namespace
}  // namespace credlink
