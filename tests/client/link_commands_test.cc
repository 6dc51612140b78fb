// validate, link and get: what they send. cli_test has them against a whole server.
#include "server/faults/faults.h"
#include "tests/client/scripted_cli.h"

namespace credlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

using LinkCommandsTest = ScriptedCli;

TEST_F(LinkCommandsTest, LinkSendsEveryFlag) {
  v1::LinkAccountResponse response;
  response.mutable_account()->set_name("tenants/acme/accounts/head");
  response.add_suspect_accounts("tenants/acme/accounts/old");
  service_.Next("LinkAccount", response);
  const Ended ended = Credlink(
      {"link", "--account-number", "1234567", "--owner-id", "customer-17", "--owner-name", "Ann",
       "--owner-login", "ann@example.com", "--account-id", "head", "--label", "Head",
       "--annotation", "team=[blue]", "--annotation=tier=[a,b]", "--test", "--request-id", "r1"},
      TestHash() + "\n");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out,
              AllOf(HasSubstr("Linked."), HasSubstr("accounts/head"), HasSubstr("accounts/old")));
  const auto request = Only<v1::LinkAccountRequest>();
  EXPECT_EQ(request.parent(), "tenants/acme");
  EXPECT_EQ(request.account_id(), "head");
  EXPECT_EQ(request.owner().id(), "customer-17");
  EXPECT_EQ(request.owner().display_name(), "Ann");
  EXPECT_EQ(request.owner().username(), "ann@example.com");
  EXPECT_EQ(request.credentials().lastpass().account_number(), "1234567");
  EXPECT_EQ(request.credentials().lastpass().provisioning_hash(), TestHash());
  EXPECT_EQ(request.label(), "Head");
  EXPECT_EQ(request.annotations().at("team"), "[blue]");
  EXPECT_EQ(request.annotations().at("tier"), "[a,b]");
  EXPECT_EQ(request.environment(), v1::ENVIRONMENT_TEST);
  EXPECT_EQ(request.request_id(), "r1");
  EXPECT_FALSE(request.validate_only());
}

TEST_F(LinkCommandsTest, LinkIsForProductionUnlessToldOtherwise) {
  EXPECT_EQ(
      Credlink({"link", "--account-number", "1", "--owner-id", "o", "--validate-only"}, TestHash())
          .exit_code,
      0);
  EXPECT_EQ(Only<v1::LinkAccountRequest>().environment(), v1::ENVIRONMENT_PRODUCTION);
  EXPECT_TRUE(Only<v1::LinkAccountRequest>().validate_only());
}

TEST_F(LinkCommandsTest, ValidateEndsByItsVerdict) {
  v1::ValidateCredentialsResponse response;
  response.mutable_verdict()->set_outcome(v1::Verdict::OUTCOME_INVALID);
  service_.Next("ValidateCredentials", response);
  const Ended ended = Credlink({"validate", "--account-number", "1234567"}, TestHash());
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_THAT(ended.out, HasSubstr("INVALID"));
}

TEST_F(LinkCommandsTest, GetNamesTheAccount) {
  EXPECT_EQ(Credlink({"get", "head"}).exit_code, 0);
  EXPECT_EQ(Only<v1::GetAccountRequest>().name(), "tenants/acme/accounts/head");
  service_.Next("GetAccount", ToScripted(Fault(v1::ERROR_REASON_ACCOUNT_NOT_FOUND)));
  EXPECT_EQ(Credlink({"get", "tenants/acme/accounts/absent"}).exit_code, 5);
}

TEST_F(LinkCommandsTest, EveryCommandTeaches) {
  for (const char* command :
       {"validate", "link", "list", "get", "watch", "update", "suspend", "resume", "delete",
        "undelete", "purge", "rotate", "rollback", "check", "import", "export", "completion"}) {
    const Ended ended = Credlink({command, "--help"});
    EXPECT_EQ(ended.exit_code, 0) << command;
    EXPECT_THAT(ended.out, HasSubstr("Example")) << command;
    EXPECT_THAT(ended.err, IsEmpty()) << command;
  }
}

}  // namespace
}  // namespace credlink
