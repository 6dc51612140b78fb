// Rotations of one company: one at a time, and of all its accounts at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/rpc/account_calls.h"

namespace credlink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

template <typename Names>
std::vector<std::string> ListOf(const Names& names) {
  return {names.begin(), names.end()};
}

// Waits until so many calls are in flight.
void WaitForCalls(TestServer& server, int count) {
  while (server.admission().in_flight() != count) std::this_thread::yield();
}

TEST(RotationTurnTest, OneCompanyRotatesOneAtATime) {
  TestServer server;
  const std::string a = MustLink(server, {.id = "a"});
  const std::string b = MustLink(server, {.id = "b", .tenant = "umbrella"});
  const std::string c = MustLink(server, {.id = "c", .number = "7654321"});
  server.provider().Hold();
  std::thread first([&] { EXPECT_TRUE(Send(server, RotationTo(a, "hash-2")).ok()); });
  server.provider().WaitForProbes(4);
  std::thread second([&] {
    EXPECT_TRUE(Send(server, RotationTo(b, "hash-3")).ok());
    // It began after the first one had ended.
    EXPECT_EQ(Get(server, a).credential().version(), 2);
  });
  WaitForCalls(server, 2);
  std::thread third([&] { EXPECT_TRUE(Send(server, RotationTo(c, "hash-4", "7654321")).ok()); });
  server.provider().WaitForProbes(5);
  EXPECT_EQ(Get(server, b).credential().version(), 1);
  EXPECT_EQ(server.provider().probes(), 5) << "another company does not wait, the same one does";
  server.provider().SetAnswer([&](const ProviderCredentials& credentials) {
    EXPECT_EQ(credentials.secret.Reveal(), "hash-3");
    EXPECT_EQ(Stored(server, a).account.credential().version(), 2);
    return FakeProvider::Valid();
  });
  server.provider().Release();
  first.join();
  second.join();
  third.join();
  EXPECT_EQ(server.provider().probes(), 6);
}

// Else a stranger could see in the time whether another tenant rotates, and a slip waits for it.
TEST(RotationTurnTest, WhoHasNoAccountOfTheCompanyDoesNotWait) {
  TestServer server;
  const std::string name = MustLink(server);
  const std::string other = MustLink(server, {.id = "o", .number = "7654321", .tenant = "hooli"});
  const std::string deleted = MustLink(server, {.id = "deleted", .tenant = "hooli"});
  Send(server, For<v1::DeleteAccountRequest>(deleted));
  const std::string only_version = MustLink(server, {.id = "new", .tenant = "hooli"});
  server.provider().Hold();
  std::thread first([&] { EXPECT_TRUE(Send(server, RotationTo(name, "hash-2")).ok()); });
  server.provider().WaitForProbes(5);
  EXPECT_EQ(Send(server, RotationTo("tenants/hooli/accounts/none", "hash-3")).reason(),
            "ACCOUNT_NOT_FOUND");
  EXPECT_EQ(Send(server, RotationTo(other, "hash-3")).reason(), "ACCOUNT_NUMBER_MISMATCH");
  EXPECT_EQ(Send(server, RotationTo(deleted, "hash-3")).reason(), "ACCOUNT_DELETED");
  EXPECT_EQ(Send(server, For<v1::RollbackCredentialsRequest>(only_version)).reason(),
            "CREDENTIAL_VERSION_NOT_KEPT");
  EXPECT_EQ(Get(server, name).credential().version(), 1) << "the first one still has its turn";
  server.provider().Release();
  first.join();
  EXPECT_EQ(server.provider().probes(), 5);
}

TEST(RotationTurnTest, ACancelledCallLeavesTheQueue) {
  TestServer server;
  const std::string name = MustLink(server);
  server.provider().Hold();
  std::thread first([&] { EXPECT_TRUE(Send(server, RotationTo(name, "hash-2")).ok()); });
  server.provider().WaitForProbes(2);
  grpc::ClientContext context;
  std::thread second([&] {
    v1::RotateCredentialsResponse response;
    const grpc::Status status =
        server.link().RotateCredentials(&context, RotationTo(name, "hash-3"), &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::CANCELLED);
  });
  WaitForCalls(server, 2);
  context.TryCancel();
  second.join();
  WaitForCalls(server, 1);
  server.provider().Release();
  first.join();
  EXPECT_TRUE(Send(server, RotationTo(name, "hash-4")).ok());
  EXPECT_EQ(server.provider().probes(), 3) << "nobody was asked about hash-3";
  EXPECT_EQ(Get(server, name).credential().version(), 3);
}

TEST(RotationTurnTest, ACallCancelledDuringTheProbeChangesNothing) {
  TestServer server;
  const std::string name = MustLink(server);
  const std::string before = EverythingOf(server, name);
  server.provider().Hold();
  grpc::ClientContext context;
  std::thread call([&] {
    v1::RotateCredentialsResponse response;
    server.link().RotateCredentials(&context, RotationTo(name, "hash-2"), &response);
  });
  server.provider().WaitForProbes(2);
  context.TryCancel();
  server.provider().WaitForCancelled(1);
  call.join();
  WaitForCalls(server, 0);
  EXPECT_EQ(EverythingOf(server, name), before);
}

v1::RotateCredentialsRequest RotateAll(const std::string& name, const std::string& hash) {
  v1::RotateCredentialsRequest request = RotationTo(name, hash);
  request.set_apply_to_same_account_number(true);
  return request;
}

TEST(RotateTogetherTest, GivesTheHashToTheTenantsAccountsOfTheCompany) {
  TestServer server;
  const std::string a = MustLink(server, {.id = "a"});
  const std::string active = MustLink(server, {.id = "active"});
  const std::string suspended = MustLink(server, {.id = "suspended"});
  const std::string deleted = MustLink(server, {.id = "deleted"});
  const std::string other_number = MustLink(server, {.id = "number", .number = "7654321"});
  const std::string other_tenant = MustLink(server, {.id = "tenant", .tenant = "umbrella"});
  const std::string has_it = MustLink(server, {.id = "has-it"});
  Send(server, For<v1::SuspendAccountRequest>(suspended));
  Send(server, For<v1::DeleteAccountRequest>(deleted));
  Send(server, RotationTo(has_it, "hash-2"));
  const std::string has_it_before = Get(server, has_it).etag();

  auto trial = RotateAll(a, "hash-2");
  trial.set_validate_only(true);
  EXPECT_THAT(ListOf(Send(server, trial).response.also_rotated()),
              UnorderedElementsAre(active, suspended));
  EXPECT_EQ(Get(server, active).credential().version(), 1);

  const auto rotated = Send(server, RotateAll(a, "hash-2"));
  ASSERT_TRUE(rotated.ok()) << rotated.reason();
  EXPECT_THAT(ListOf(rotated.response.also_rotated()), UnorderedElementsAre(active, suspended));
  EXPECT_THAT(rotated.response.suspect_accounts(), IsEmpty());
  const std::string fingerprint = rotated.response.account().credential().fingerprint();
  for (const std::string& name : {active, suspended}) {
    const v1::Account account = Get(server, name);
    EXPECT_EQ(account.credential().version(), 2) << name;
    EXPECT_EQ(account.credential().fingerprint(), fingerprint) << name;
    EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY) << name;
    EXPECT_TRUE(SealedOf(server, name, 2).has_value()) << name;
  }
  EXPECT_EQ(Get(server, suspended).state(), v1::Account::STATE_SUSPENDED);
  for (const std::string& name : {deleted, other_number, other_tenant}) {
    EXPECT_EQ(Get(server, name).credential().version(), 1) << name;
  }
  EXPECT_EQ(Get(server, has_it).etag(), has_it_before);
  EXPECT_EQ(EventsOf(server, v1::Event::TYPE_CREDENTIALS_ROTATED).size(), 4u);
  EXPECT_EQ(server.provider().probes(), 10) << "one probe for all";
}

TEST(RotateTogetherTest, ARefusedHashIsGivenToNobody) {
  TestServer server;
  const std::string a = MustLink(server, {.id = "a"});
  const std::string b = MustLink(server, {.id = "b"});
  Refuse(server, {"hash-2"});
  EXPECT_EQ(Send(server, RotateAll(a, "hash-2")).reason(), "CREDENTIALS_REJECTED");
  EXPECT_EQ(Get(server, a).credential().version(), 1);
  EXPECT_EQ(Get(server, b).credential().version(), 1);
}

TEST(RotateTogetherTest, AtMostAThousandAtOnce) {
  TestServer server;
  const std::string first = MustLink(server, {.id = "a0"});
  std::string last;
  for (int i = 1; i <= 1000; ++i) last = MustLink(server, {.id = "a" + std::to_string(i)});
  const auto refused = Send(server, RotateAll(first, "hash-2"));
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(refused.reason(), "TOO_MANY_ACCOUNTS");
  EXPECT_EQ(server.provider().probes(), 1001) << "nobody was asked";
  EXPECT_EQ(Get(server, first).credential().version(), 1);
  Send(server, For<v1::DeleteAccountRequest>(last));
  EXPECT_EQ(Send(server, RotateAll(first, "hash-2")).response.also_rotated_size(), 999);
}

}  // namespace
}  // namespace credlink
