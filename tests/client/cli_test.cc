// The credlink program itself, against a whole server.

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/rpc/status.pb.h"
#include "tests/process/program.h"
#include "tests/rpc/test_server.h"

namespace credlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kHash(64, 'e');

class CliTest : public testing::Test {
 protected:
  Ended Credlink(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), "client/cli/credlink");
    const Ended ended = RunProgram(arguments, {input,
                                               {{"CREDLINK_SERVER", server_.address()},
                                                {"CREDLINK_TENANT", "acme"},
                                                {"GRPC_VERBOSITY", "debug"},
                                                {"GRPC_TRACE", "all"}}});
    EXPECT_THAT(ended.out + ended.err, Not(HasSubstr(kHash))) << "the hash must never be printed";
    return ended;
  }

  Ended Link(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {
        "link", "--account-number", "1234567", "--owner-id", "customer-17", "--hash-file", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Credlink(arguments, kHash + "\n");
  }

  void Answer(v1::Verdict::Outcome outcome, v1::ErrorReason reason) {
    server_.provider().SetAnswer([outcome, reason](const ProviderCredentials&) {
      return FakeProvider::Not(outcome, reason);
    });
  }

  template <typename Message>
  Message FromJson(const std::string& json) {
    Message message;
    const auto status = google::protobuf::util::JsonStringToMessage(json, &message);
    EXPECT_TRUE(status.ok()) << json;
    return message;
  }

  TestServer server_;
};

TEST_F(CliTest, ValidatesThreeWays) {
  const std::vector<std::string> validate = {"validate", "--account-number", "1234567"};
  Ended ended = Credlink(validate, kHash + "\n");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("VALID"), HasSubstr("1234567")));

  Answer(v1::Verdict::OUTCOME_INVALID, v1::ERROR_REASON_CREDENTIALS_REJECTED);
  ended = Credlink(validate, kHash);
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("INVALID"), HasSubstr("CREDENTIALS_REJECTED")));

  Answer(v1::Verdict::OUTCOME_INDETERMINATE, v1::ERROR_REASON_UPSTREAM_UNAVAILABLE);
  ended = Credlink(validate, kHash);
  EXPECT_EQ(ended.exit_code, 4);
  EXPECT_THAT(ended.out, HasSubstr("UPSTREAM_UNAVAILABLE"));
}

TEST_F(CliTest, JsonIsTheResponseMessage) {
  const Ended ended =
      Credlink({"validate", "--account-number", "1234567", "--output", "json"}, kHash);
  EXPECT_EQ(ended.exit_code, 0);
  const auto response = FromJson<v1::ValidateCredentialsResponse>(ended.out);
  EXPECT_EQ(response.verdict().outcome(), v1::Verdict::OUTCOME_VALID);
  EXPECT_EQ(response.account_number(), "1234567");
}

TEST_F(CliTest, LinksListsAndGets) {
  Ended ended = Link({"--account-id", "head", "--label", "Head office", "--annotation", "team=blue",
                      "--owner-name", "Ann", "--test"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("tenants/acme/accounts/head"), HasSubstr("Head office")));

  ended = Credlink({"list"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.out,
              AllOf(HasSubstr("ACCOUNT"), HasSubstr("customer-17"), HasSubstr("1234567")));
  ended = Credlink({"list", "--owner-id", "nobody"});
  EXPECT_THAT(ended.out, HasSubstr("No accounts"));
  ended = Credlink(
      {"list", "--owner-id", "customer-17", "--account-number", "1234567", "--output", "json"});
  EXPECT_EQ(FromJson<v1::ListAccountsResponse>(ended.out).accounts_size(), 1);

  for (const char* name : {"head", "tenants/acme/accounts/head"}) {
    ended = Credlink({"get", name, "--output", "json"});
    const v1::Account account = FromJson<v1::GetAccountResponse>(ended.out).account();
    EXPECT_EQ(account.label(), "Head office");
    EXPECT_EQ(account.annotations().at("team"), "blue");
    EXPECT_EQ(account.environment(), v1::ENVIRONMENT_TEST);
    EXPECT_EQ(account.owner().display_name(), "Ann");
  }
}

TEST_F(CliTest, ValidateOnlyStoresNothing) {
  EXPECT_EQ(Link({"--validate-only"}).exit_code, 0);
  EXPECT_THAT(Credlink({"list"}).out, HasSubstr("No accounts"));
}

TEST_F(CliTest, ListsMoreThanAPage) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(
        Credlink({"link", "--account-number", "1234567", "--owner-id", absl::StrCat("o", i)}, kHash)
            .exit_code,
        0);
  }
  const Ended some = Credlink({"list", "--limit", "2", "--output", "json"});
  const auto two = FromJson<v1::ListAccountsResponse>(some.out);
  EXPECT_EQ(two.accounts_size(), 2);
  EXPECT_FALSE(two.next_page_token().empty());
  const Ended all = Credlink({"list", "--limit", "0", "--output", "json"});
  const auto three = FromJson<v1::ListAccountsResponse>(all.out);
  EXPECT_EQ(three.accounts_size(), 3);
  EXPECT_TRUE(three.next_page_token().empty());
}

TEST_F(CliTest, FailuresHaveTheirExitCodeReasonAndNextStep) {
  ASSERT_EQ(Link().exit_code, 0);
  Ended ended = Link();
  EXPECT_EQ(ended.exit_code, 6);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("ACCOUNT_ALREADY_LINKED"), HasSubstr("what to do"),
                               HasSubstr("tenants/acme/accounts/")));
  EXPECT_THAT(ended.out, IsEmpty());

  EXPECT_EQ(Credlink({"get", "absent"}).exit_code, 5);
  EXPECT_EQ(Credlink({"connectors", "absent"}).exit_code, 5);

  Answer(v1::Verdict::OUTCOME_INVALID, v1::ERROR_REASON_CREDENTIALS_REJECTED);
  ended = Link({"--owner-id", "another"});
  EXPECT_EQ(ended.exit_code, 2) << "a flag given twice";
  const std::vector<std::string> again = {"link", "--account-number", "1234567", "--owner-id",
                                          "another"};
  ended = Credlink(again, kHash);
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_THAT(ended.err, HasSubstr("https://admin.lastpass.com"));
  Answer(v1::Verdict::OUTCOME_INDETERMINATE, v1::ERROR_REASON_UPSTREAM_BLOCKED);
  ended = Credlink(again, kHash);
  EXPECT_EQ(ended.exit_code, 4);
  EXPECT_THAT(ended.err, HasSubstr("try again"));
}

TEST_F(CliTest, AllFaultyFieldsAreNamedAtOnce) {
  const std::vector<std::string> arguments = {
      "link",    "--account-number",   "1234567", "--owner-id", "no spaces",
      "--label", std::string(300, 'x')};
  const Ended text = Credlink(arguments, kHash);
  EXPECT_EQ(text.exit_code, 2);
  EXPECT_THAT(text.err, AllOf(HasSubstr("owner.id"), HasSubstr("label")));

  std::vector<std::string> json = arguments;
  json.insert(json.end(), {"--output", "json"});
  const Ended ended = Credlink(json, kHash);
  EXPECT_EQ(ended.exit_code, 2);
  const auto error = FromJson<google::rpc::Status>(ended.err);
  EXPECT_EQ(error.code(), 3);
  EXPECT_EQ(error.details_size(), 2) << "ErrorInfo and BadRequest";
}

TEST_F(CliTest, ShowsConnectorsAndTheirGuide) {
  const Ended ended = Credlink({"connectors"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.out, HasSubstr("connectors/lastpass"));
  const Ended json = Credlink({"connectors", "lastpass", "--output", "json"});
  EXPECT_EQ(FromJson<v1::GetConnectorResponse>(json.out).connector().name(), "connectors/lastpass");
}

TEST_F(CliTest, ServersThatCannotBeReached) {
  // Port 1 of this machine: nobody listens.
  const Ended refused = Credlink({"list", "--server", "127.0.0.1:1"});
  EXPECT_EQ(refused.exit_code, 7);
  EXPECT_THAT(refused.err, HasSubstr("127.0.0.1:1"));
  const Ended plain = Credlink({"list", "--server", "credlink.example.com:443"});
  EXPECT_EQ(plain.exit_code, 2);
  EXPECT_THAT(plain.err, HasSubstr("needs TLS"));
  EXPECT_EQ(Credlink({"list", "--tls-ca", "/absent"}).exit_code, 2);
}

}  // namespace
}  // namespace credlink
