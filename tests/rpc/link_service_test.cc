#include "server/rpc/link_service.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/rpc/test_server.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(LinkAccountTest, LinksListsAndGets) {
  TestServer server;
  v1::LinkAccountRequest request = TestServer::GoodRequest();
  request.set_label("Head office");
  (*request.mutable_annotations())["team"] = "it";
  v1::LinkAccountResponse linked;
  const grpc::Status status = server.Link(request, &linked);
  ASSERT_TRUE(status.ok()) << status.error_message();

  const v1::Account& account = linked.account();
  EXPECT_THAT(account.name(), HasSubstr("tenants/acme/accounts/"));
  EXPECT_EQ(account.account_number(), "1234567");
  EXPECT_EQ(account.provider(), "lastpass");
  EXPECT_EQ(account.label(), "Head office");
  EXPECT_EQ(account.environment(), v1::ENVIRONMENT_PRODUCTION);
  EXPECT_EQ(account.state(), v1::Account::STATE_ACTIVE);
  EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY);
  EXPECT_EQ(account.user_count(), 4);
  EXPECT_EQ(account.credential().version(), 1);
  EXPECT_EQ(account.credential().fingerprint().size(), 16u);
  EXPECT_EQ(account.create_time().seconds(), 1'700'000'000);
  EXPECT_FALSE(account.etag().empty());
  EXPECT_EQ(linked.verdict().outcome(), v1::Verdict::OUTCOME_VALID);

  v1::ListAccountsRequest list;
  list.set_parent("tenants/acme");
  v1::ListAccountsResponse listed;
  ASSERT_TRUE(server.List(list, &listed).ok());
  ASSERT_EQ(listed.accounts_size(), 1);
  EXPECT_TRUE(MessageDifferencer::Equals(listed.accounts(0), account));
  EXPECT_TRUE(listed.next_page_token().empty());

  grpc::ClientContext context;
  v1::GetAccountRequest get;
  get.set_name(account.name());
  v1::GetAccountResponse got;
  ASSERT_TRUE(server.link().GetAccount(&context, get, &got).ok());
  EXPECT_TRUE(MessageDifferencer::Equals(got.account(), account));
}

TEST(LinkAccountTest, TheStoredCredentialOpensInItsPlaceOnly) {
  TestServer server;
  v1::LinkAccountResponse linked;
  ASSERT_TRUE(server.Link(TestServer::GoodRequest(), &linked).ok());
  AccountRecord record;
  record.account = linked.account();
  record.account_id = linked.account().name().substr(std::string("tenants/acme/accounts/").size());
  auto sealed =
      RunTask(server.executor(), server.store().GetSealedCredential("acme", record.account_id, 1));
  ASSERT_TRUE(sealed.ok() && sealed->has_value());
  EXPECT_THAT(**sealed, Not(HasSubstr("planted-hash")));
  CredentialVault& vault = server.accounts().vault;
  absl::StatusOr<Secret> opened = RunTask(server.executor(), vault.Open("acme", record, 1));
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->Reveal(), "planted-hash-0001");
  record.account.set_account_number("7654321");
  EXPECT_FALSE(RunTask(server.executor(), vault.Open("acme", record, 1)).ok());
}

TEST(LinkAccountTest, NamesEveryFaultyFieldAtOnceAndAsksNobody) {
  TestServer server;
  v1::LinkAccountRequest request;
  request.set_parent("acme");
  request.set_account_id("Not An Id");
  request.mutable_owner()->set_id("has space");
  request.mutable_owner()->set_display_name(std::string(201, 'x'));
  request.mutable_credentials()->mutable_lastpass();
  request.set_label("line\nbreak");
  (*request.mutable_annotations())["Upper"] = std::string(257, 'x');
  request.set_environment(static_cast<v1::Environment>(9));
  request.set_request_id("has space");
  v1::LinkAccountResponse response;
  const grpc::Status status = server.Link(request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const auto bad_request = DetailOf<google::rpc::BadRequest>(status);
  ASSERT_TRUE(bad_request.has_value());
  std::vector<std::string> fields;
  for (const auto& violation : bad_request->field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields,
              ::testing::UnorderedElementsAre(
                  "parent", "account_id", "owner.id", "owner.display_name",
                  "credentials.lastpass.account_number", "credentials.lastpass.provisioning_hash",
                  "label", "annotations", "annotations", "environment", "request_id"));
  EXPECT_EQ(server.provider().probes(), 0);
}

// As when an import's columns are shifted.
TEST(LinkAccountTest, AHashInAnotherFieldIsRefusedAndLoggedNowhere) {
  TestServer server;
  v1::LinkAccountRequest request = TestServer::GoodRequest();
  request.set_label("hash planted-hash-0001");
  v1::LinkAccountResponse response;
  const grpc::Status status = server.Link(request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  ASSERT_EQ(DetailOf<google::rpc::BadRequest>(status)->field_violations_size(), 1);
  EXPECT_EQ(DetailOf<google::rpc::BadRequest>(status)->field_violations(0).field(), "label");
  EXPECT_THAT(status.error_message(), Not(HasSubstr("planted-hash")));
  EXPECT_THAT(status.error_details(), Not(HasSubstr("planted-hash")));
  EXPECT_THAT(server.LogText(), Not(HasSubstr("planted-hash")));
  EXPECT_EQ(server.provider().probes(), 0);
}

struct Refusal {
  v1::Verdict::Outcome outcome;
  v1::ErrorReason reason;
  grpc::StatusCode code;
  bool retry;
};

class RefusalTest : public ::testing::TestWithParam<Refusal> {};

TEST_P(RefusalTest, NothingIsStored) {
  TestServer server;
  server.provider().SetAnswer([](const ProviderCredentials&) {
    return FakeProvider::Not(GetParam().outcome, GetParam().reason);
  });
  v1::LinkAccountResponse response;
  const grpc::Status status = server.Link(TestServer::GoodRequest(), &response);
  EXPECT_EQ(status.error_code(), GetParam().code);
  EXPECT_EQ(ReasonIn(status), ReasonName(GetParam().reason));
  EXPECT_EQ(DetailOf<google::rpc::RetryInfo>(status).has_value(), GetParam().retry);
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  EXPECT_FALSE(info->metadata().at("next_step_action").empty());

  v1::ListAccountsRequest list;
  list.set_parent("tenants/acme");
  v1::ListAccountsResponse listed;
  ASSERT_TRUE(server.List(list, &listed).ok());
  EXPECT_EQ(listed.accounts_size(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusalTest,
    ::testing::Values(
        Refusal{v1::Verdict::OUTCOME_INVALID, v1::ERROR_REASON_CREDENTIALS_REJECTED,
                grpc::StatusCode::FAILED_PRECONDITION, false},
        Refusal{v1::Verdict::OUTCOME_INDETERMINATE, v1::ERROR_REASON_UPSTREAM_UNAVAILABLE,
                grpc::StatusCode::UNAVAILABLE, true},
        Refusal{v1::Verdict::OUTCOME_INDETERMINATE, v1::ERROR_REASON_UPSTREAM_BLOCKED,
                grpc::StatusCode::UNAVAILABLE, true},
        Refusal{v1::Verdict::OUTCOME_INDETERMINATE, v1::ERROR_REASON_UPSTREAM_UNEXPECTED_ANSWER,
                grpc::StatusCode::UNAVAILABLE, true},
        Refusal{v1::Verdict::OUTCOME_INDETERMINATE, v1::ERROR_REASON_UPSTREAM_RATE_LIMITED,
                grpc::StatusCode::RESOURCE_EXHAUSTED, true}),
    [](const auto& info) { return ReasonName(info.param.reason); });

TEST(LinkAccountTest, OneOwnerLinksOneAccountNumberOnce) {
  TestServer server;
  v1::LinkAccountResponse first, response;
  ASSERT_TRUE(server.Link(TestServer::GoodRequest(), &first).ok());
  const grpc::Status again = server.Link(TestServer::GoodRequest(), &response);
  EXPECT_EQ(again.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonIn(again), "ACCOUNT_ALREADY_LINKED");
  EXPECT_EQ(DetailOf<google::rpc::ResourceInfo>(again)->resource_name(), first.account().name());
  EXPECT_EQ(server.provider().probes(), 1) << "what is known already needs no probe";

  v1::LinkAccountRequest other_owner = TestServer::GoodRequest();
  other_owner.mutable_owner()->set_id("owner-2");
  ASSERT_TRUE(server.Link(other_owner, &response).ok());
  EXPECT_EQ(response.account().credential().fingerprint(),
            first.account().credential().fingerprint());
  v1::LinkAccountRequest other_tenant = TestServer::GoodRequest();
  other_tenant.set_parent("tenants/umbrella");
  ASSERT_TRUE(server.Link(other_tenant, &response).ok());
  EXPECT_NE(response.account().credential().fingerprint(),
            first.account().credential().fingerprint());
}

TEST(LinkAccountTest, ConcurrentLinksOfOneAccountGiveOne) {
  TestServer server;
  constexpr int kThreads = 16;
  std::atomic<int> linked{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      v1::LinkAccountResponse response;
      const grpc::Status status = server.Link(TestServer::GoodRequest(), &response);
      linked += status.ok();
      refused += ReasonIn(status) == "ACCOUNT_ALREADY_LINKED";
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(linked, 1);
  EXPECT_EQ(refused, kThreads - 1);
}

TEST(LinkAccountTest, ChosenIdsAreUnique) {
  TestServer server;
  v1::LinkAccountRequest request = TestServer::GoodRequest();
  request.set_account_id("main");
  v1::LinkAccountResponse response;
  ASSERT_TRUE(server.Link(request, &response).ok());
  EXPECT_EQ(response.account().name(), "tenants/acme/accounts/main");
  request.mutable_credentials()->mutable_lastpass()->set_account_number("7654321");
  EXPECT_EQ(ReasonIn(server.Link(request, &response)), "ACCOUNT_ID_TAKEN");
}

TEST(LinkAccountTest, RequestIdRepeatsTheFirstAnswer) {
  TestServer server;
  v1::LinkAccountRequest request = TestServer::GoodRequest();
  request.set_request_id("request-1");
  (*request.mutable_annotations())["a"] = "1";
  (*request.mutable_annotations())["b"] = "2";
  v1::LinkAccountResponse first, second, other;
  ASSERT_TRUE(server.Link(request, &first).ok());
  ASSERT_TRUE(server.Link(request, &second).ok());
  EXPECT_TRUE(MessageDifferencer::Equals(first, second));
  EXPECT_EQ(server.provider().probes(), 1);

  request.set_label("other content");
  const grpc::Status reused = server.Link(request, &other);
  EXPECT_EQ(reused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonIn(reused), "REQUEST_ID_REUSED");
  request.clear_label();
  request.mutable_credentials()->mutable_lastpass()->set_provisioning_hash("another-hash");
  EXPECT_EQ(ReasonIn(server.Link(request, &other)), "REQUEST_ID_REUSED");

  server.clock().Advance(absl::Hours(25));
  EXPECT_EQ(ReasonIn(server.Link(request, &other)), "ACCOUNT_ALREADY_LINKED")
      << "after a day the id is free again, and the account is found by its number";
}

TEST(LinkAccountTest, ARefusedRequestIdMayBeTriedAgain) {
  TestServer server;
  v1::LinkAccountRequest request = TestServer::GoodRequest();
  request.set_request_id("request-1");
  server.provider().SetAnswer([](const ProviderCredentials&) {
    return FakeProvider::Not(v1::Verdict::OUTCOME_INDETERMINATE,
                             v1::ERROR_REASON_UPSTREAM_UNAVAILABLE);
  });
  v1::LinkAccountResponse response;
  EXPECT_EQ(ReasonIn(server.Link(request, &response)), "UPSTREAM_UNAVAILABLE");
  server.provider().SetAnswer([](const ProviderCredentials&) { return FakeProvider::Valid(); });
  EXPECT_TRUE(server.Link(request, &response).ok());
}

TEST(LinkAccountTest, ValidateOnlyProvesButStoresNothing) {
  TestServer server;
  v1::LinkAccountRequest request = TestServer::GoodRequest();
  request.set_validate_only(true);
  request.set_request_id("request-1");
  v1::LinkAccountResponse response;
  ASSERT_TRUE(server.Link(request, &response).ok());
  EXPECT_EQ(server.provider().probes(), 1);
  EXPECT_TRUE(response.account().name().empty());
  EXPECT_EQ(response.account().user_count(), 4);
  request.set_validate_only(false);
  EXPECT_TRUE(server.Link(request, &response).ok()) << "neither the account nor the id is taken";
}

TEST(ValidateCredentialsTest, AWrongPairIsASuccessfulValidation) {
  TestServer server;
  server.provider().SetAnswer([](const ProviderCredentials&) {
    return FakeProvider::Not(v1::Verdict::OUTCOME_INVALID, v1::ERROR_REASON_CREDENTIALS_REJECTED);
  });
  v1::ValidateCredentialsRequest request;
  request.set_parent("tenants/acme");
  *request.mutable_credentials() = TestServer::GoodRequest().credentials();
  v1::ValidateCredentialsResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(server.link().ValidateCredentials(&context, request, &response).ok());
  EXPECT_EQ(response.verdict().outcome(), v1::Verdict::OUTCOME_INVALID);
  EXPECT_EQ(response.account_number(), "1234567");
}

TEST(ValidateCredentialsTest, MissingCredentialsAreMalformed) {
  TestServer server;
  v1::ValidateCredentialsRequest request;
  v1::ValidateCredentialsResponse response;
  grpc::ClientContext context;
  const grpc::Status status = server.link().ValidateCredentials(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(DetailOf<google::rpc::BadRequest>(status)->field_violations_size(), 2);
}

TEST(GetAccountTest, AForeignAndAnAbsentAccountLookTheSame) {
  TestServer server;
  v1::LinkAccountRequest request = TestServer::GoodRequest();
  request.set_account_id("main");
  v1::LinkAccountResponse linked;
  ASSERT_TRUE(server.Link(request, &linked).ok());
  std::vector<std::string> texts;
  for (const char* name : {"tenants/umbrella/accounts/main", "tenants/umbrella/accounts/none"}) {
    v1::GetAccountRequest get;
    get.set_name(name);
    v1::GetAccountResponse response;
    grpc::ClientContext context;
    const grpc::Status status = server.link().GetAccount(&context, get, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
    EXPECT_EQ(ReasonIn(status), "ACCOUNT_NOT_FOUND");
    texts.push_back(status.error_message());
  }
  EXPECT_EQ(texts[0], texts[1]);
}

TEST(LogTest, TellsWhatHappenedAndNoSecret) {
  TestServer server;
  v1::LinkAccountResponse response;
  ASSERT_TRUE(server.Link(TestServer::GoodRequest(), &response).ok());
  EXPECT_FALSE(server.Link(TestServer::GoodRequest(), &response).ok());
  const std::string log = server.LogText();
  EXPECT_THAT(log, HasSubstr("\"change\":\"LINKED\""));
  EXPECT_THAT(log, HasSubstr(response.account().name()));
  EXPECT_THAT(log, HasSubstr("ACCOUNT_ALREADY_LINKED"));
  EXPECT_THAT(log, Not(HasSubstr("planted-hash")));
}

}  // namespace
}  // namespace credlink
