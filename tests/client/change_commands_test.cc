// The commands that change an account: what they send, what they print, how they end.
#include "absl/strings/str_join.h"
#include "server/faults/faults.h"
#include "tests/client/scripted_cli.h"

namespace credlink {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

class ChangeCommandsTest : public ScriptedCli {
 protected:
  std::string MaskOf(std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"update", "head"});
    const Ended ended = Credlink(flags);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    const auto requests = service_.Requests<v1::UpdateAccountRequest>();
    if (requests.empty()) return "none";
    return absl::StrJoin(requests.back().update_mask().paths(), " ");
  }
};

TEST_F(ChangeCommandsTest, UpdateSendsOnlyWhatAFlagNames) {
  EXPECT_EQ(MaskOf({"--label", "Head office"}), "label");
  EXPECT_EQ(MaskOf({"--label", ""}), "label") << "taken away";
  EXPECT_EQ(MaskOf({"--clear-annotations"}), "annotations");
  EXPECT_EQ(MaskOf({"--environment", "test"}), "environment");
  EXPECT_EQ(MaskOf({"--owner-name", "Ann", "--owner-login", "ann@example.com"}),
            "owner.display_name owner.username");
  const auto requests = service_.Requests<v1::UpdateAccountRequest>();
  ASSERT_EQ(requests.size(), 5u);
  EXPECT_EQ(requests[0].account().name(), "tenants/acme/accounts/head");
  EXPECT_EQ(requests[0].account().label(), "Head office");
  EXPECT_THAT(requests[1].account().label(), IsEmpty());
  EXPECT_EQ(requests[2].account().annotations_size(), 0);
  EXPECT_EQ(requests[3].account().environment(), v1::ENVIRONMENT_TEST);
  EXPECT_EQ(requests[4].account().owner().display_name(), "Ann");
  EXPECT_EQ(requests[4].account().owner().username(), "ann@example.com");
  EXPECT_THAT(service_.Requests<v1::GetAccountRequest>(), IsEmpty());
}

TEST_F(ChangeCommandsTest, UpdateWantsSomethingToDo) {
  const Ended ended = Credlink({"update", "head"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("--label"));
  EXPECT_EQ(Credlink({"update", "head", "--annotation", "no-value"}).exit_code, 2);
  EXPECT_EQ(Credlink({"update", "head", "--environment", "staging"}).exit_code, 2);
  EXPECT_THAT(service_.Requests<v1::UpdateAccountRequest>(), IsEmpty());
}

TEST_F(ChangeCommandsTest, UpdateKeepsTheAnnotationsThatNoFlagNames) {
  v1::GetAccountResponse account;
  account.mutable_account()->set_etag("e7");
  for (const auto& [key, value] :
       {std::pair("kept", "1"), std::pair("old", "2"), std::pair("team", "red")}) {
    (*account.mutable_account()->mutable_annotations())[key] = value;
  }
  service_.Always("GetAccount", [account](const auto&, auto* response) {
    response->CopyFrom(account);
    return grpc::Status::OK;
  });
  EXPECT_EQ(MaskOf({"--annotation", "team=blue", "--annotation", "note=[a,b]=c",
                    "--remove-annotation", "old", "--annotation", "empty="}),
            "annotations");
  EXPECT_EQ(MaskOf({"--annotation", "a=b", "--etag", "mine"}), "annotations");
  EXPECT_EQ(MaskOf({"--clear-annotations", "--annotation", "a=b"}), "annotations");
  const auto requests = service_.Requests<v1::UpdateAccountRequest>();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_THAT(requests[0].account().annotations(),
              UnorderedElementsAre(Pair("kept", "1"), Pair("team", "blue"), Pair("note", "[a,b]=c"),
                                   Pair("empty", "")));
  EXPECT_EQ(requests[0].account().etag(), "e7") << "nobody's change in between is lost";
  EXPECT_EQ(requests[1].account().etag(), "mine");
  EXPECT_THAT(requests[2].account().annotations(), ElementsAre(Pair("a", "b")));
  EXPECT_THAT(requests[2].account().etag(), IsEmpty());
  EXPECT_EQ(service_.Requests<v1::GetAccountRequest>().size(), 2u);
}

TEST_F(ChangeCommandsTest, AnEmptyValueIsAValue) {
  EXPECT_EQ(Credlink({"delete", "head", "--reason=", "--validate-only"}).exit_code, 0);
  EXPECT_TRUE(Only<v1::DeleteAccountRequest>().validate_only());
  EXPECT_THAT(Only<v1::DeleteAccountRequest>().reason(), IsEmpty());
  EXPECT_EQ(Credlink({"update", "head", "--label=", "--owner-name=Ann"}).exit_code, 0);
  EXPECT_THAT(Only<v1::UpdateAccountRequest>().update_mask().paths(),
              ElementsAre("label", "owner.display_name"));
}

TEST_F(ChangeCommandsTest, AChangeCarriesEtagIdAndValidateOnly) {
  const std::vector<std::string> flags = {"--etag", "e1", "--request-id", "r1", "--validate-only"};
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const Ended ended = Credlink(arguments, TestHash());
    EXPECT_EQ(ended.exit_code, arguments[0] == "check" ? 4 : 0) << ended.err;
    EXPECT_THAT(ended.out, ContainsRegex("[Nn]othing was stored")) << arguments[0];
  };
  const auto check = [](const auto& request) {
    EXPECT_EQ(request.name(), "tenants/acme/accounts/head");
    EXPECT_EQ(request.etag(), "e1");
    EXPECT_EQ(request.request_id(), "r1");
    EXPECT_TRUE(request.validate_only());
  };
  run({"suspend", "head", "--reason", "Unpaid"});
  check(Only<v1::SuspendAccountRequest>());
  EXPECT_EQ(Only<v1::SuspendAccountRequest>().reason(), "Unpaid");
  run({"resume", "head"});
  check(Only<v1::ResumeAccountRequest>());
  run({"delete", "head", "--reason", "Left"});
  check(Only<v1::DeleteAccountRequest>());
  EXPECT_EQ(Only<v1::DeleteAccountRequest>().reason(), "Left");
  run({"undelete", "head"});
  check(Only<v1::UndeleteAccountRequest>());
  run({"purge", "head"});
  check(Only<v1::PurgeAccountRequest>());
  run({"rollback", "head", "--version", "3"});
  check(Only<v1::RollbackCredentialsRequest>());
  EXPECT_EQ(Only<v1::RollbackCredentialsRequest>().version(), 3);
  run({"check", "head"});
  check(Only<v1::CheckAccountRequest>());
  run({"rotate", "head", "--account-number", "1234567"});
  check(Only<v1::RotateCredentialsRequest>());
  run({"update", "head", "--label", "x"});
  const auto update = Only<v1::UpdateAccountRequest>();
  EXPECT_EQ(update.account().etag(), "e1");
  EXPECT_EQ(update.request_id(), "r1");
  EXPECT_TRUE(update.validate_only());
}

TEST_F(ChangeCommandsTest, TheAccountIsNamedByItsWholeNameOrItsLastPart) {
  EXPECT_EQ(Credlink({"suspend", "tenants/other/accounts/x"}).exit_code, 0);
  EXPECT_EQ(Only<v1::SuspendAccountRequest>().name(), "tenants/other/accounts/x");
  const Ended ended = RunProgram({"client/cli/credlink", "resume", "head"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("--tenant is needed"));
}

TEST_F(ChangeCommandsTest, PrintsTheAccountOrTheResponse) {
  v1::DeleteAccountResponse response;
  v1::Account& account = *response.mutable_account();
  account.set_name("tenants/acme/accounts/head");
  account.set_state(v1::Account::STATE_DELETED);
  account.set_state_reason("Left");
  account.set_etag("e2");
  account.mutable_purge_time()->set_seconds(1'800'000'000);
  account.add_previous_credentials()->set_version(7);
  service_.Next("DeleteAccount", response);
  service_.Next("DeleteAccount", response);
  const Ended text = Credlink({"delete", "head"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_THAT(text.out, AllOf(HasSubstr("Deleted"), HasSubstr("DELETED"), HasSubstr("Left"),
                              HasSubstr("2027-01-15"), HasSubstr("e2"), HasSubstr("version 7")));
  const Ended json = Credlink({"delete", "head", "--output", "json"});
  EXPECT_EQ(FromJson<v1::DeleteAccountResponse>(json.out).account().etag(), "e2");
}

TEST_F(ChangeCommandsTest, ErrorsHaveTheirExitCodes) {
  const std::pair<v1::ErrorReason, int> kTable[] = {
      {v1::ERROR_REASON_ETAG_MISMATCH, 6},    {v1::ERROR_REASON_CONCURRENT_CHANGE, 6},
      {v1::ERROR_REASON_ACCOUNT_DELETED, 3},  {v1::ERROR_REASON_ACCOUNT_NOT_FOUND, 5},
      {v1::ERROR_REASON_KEY_UNAVAILABLE, 9},  {v1::ERROR_REASON_UPSTREAM_BLOCKED, 4},
      {v1::ERROR_REASON_STORE_UNAVAILABLE, 7}};
  for (const auto& [reason, code] : kTable) {
    service_.Next("ResumeAccount", ToScripted(Fault(reason)));
    const Ended ended = Credlink({"resume", "head"});
    EXPECT_EQ(ended.exit_code, code) << ReasonName(reason);
    EXPECT_THAT(ended.err, HasSubstr(ReasonName(reason)));
    EXPECT_THAT(ended.out, IsEmpty());
  }
}

TEST_F(ChangeCommandsTest, ABrokenConnectionIsTriedAgainUnderTheSameId) {
  service_.Next("SuspendAccount", Broken());
  EXPECT_EQ(Credlink({"suspend", "head"}).exit_code, 0);
  const auto requests = service_.Requests<v1::SuspendAccountRequest>();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_THAT(requests[0].request_id(), Not(IsEmpty()));
  EXPECT_EQ(requests[0].request_id(), requests[1].request_id());
}

TEST_F(ChangeCommandsTest, RotateTakesTheAccountNumberFromTheAccount) {
  v1::GetAccountResponse account;
  account.mutable_account()->set_account_number("7654321");
  service_.Next("GetAccount", account);
  v1::RotateCredentialsResponse response;
  response.add_also_rotated("tenants/acme/accounts/branch");
  response.add_suspect_accounts("tenants/acme/accounts/old");
  response.add_notes()->set_message("White space was removed.");
  service_.Next("RotateCredentials", response);
  const Ended ended = Credlink({"rotate", "head", "--apply-to-same-account-number", "--hash-file",
                                File("hash", TestHash() + "\n")});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("accounts/branch"), HasSubstr("accounts/old"),
                               HasSubstr("White space was removed.")));
  EXPECT_EQ(Only<v1::GetAccountRequest>().name(), "tenants/acme/accounts/head");
  const auto request = Only<v1::RotateCredentialsRequest>();
  EXPECT_EQ(request.credentials().lastpass().account_number(), "7654321");
  EXPECT_EQ(request.credentials().lastpass().provisioning_hash(), TestHash());
  EXPECT_TRUE(request.apply_to_same_account_number());
}

TEST_F(ChangeCommandsTest, RotateAsksNobodyForANumberThatItHas) {
  service_.Next("RotateCredentials", ToScripted(Fault(v1::ERROR_REASON_CREDENTIALS_REJECTED)));
  EXPECT_EQ(Credlink({"rotate", "head", "--account-number", "1"}, TestHash()).exit_code, 3);
  EXPECT_THAT(service_.Requests<v1::GetAccountRequest>(), IsEmpty());
  EXPECT_EQ(Only<v1::RotateCredentialsRequest>().credentials().lastpass().account_number(), "1");
}

TEST_F(ChangeCommandsTest, CheckEndsByItsVerdict) {
  for (const auto& [outcome, code] :
       {std::pair(v1::Verdict::OUTCOME_VALID, 0), std::pair(v1::Verdict::OUTCOME_INVALID, 3),
        std::pair(v1::Verdict::OUTCOME_INDETERMINATE, 4)}) {
    v1::CheckAccountResponse response;
    response.mutable_verdict()->set_outcome(outcome);
    response.mutable_account()->set_account_number("1234567");
    service_.Next("CheckAccount", response);
    const Ended ended = Credlink({"check", "head"});
    EXPECT_EQ(ended.exit_code, code);
    EXPECT_THAT(ended.out, HasSubstr(v1::Verdict::Outcome_Name(outcome).substr(8)));
  }
}

TEST_F(ChangeCommandsTest, PurgePrintsTheReceipt) {
  v1::PurgeAccountResponse response;
  response.mutable_receipt()->set_id("receipt-1");
  response.mutable_receipt()->set_credential_versions(3);
  service_.Next("PurgeAccount", response);
  const Ended ended = Credlink({"purge", "head", "--yes"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("receipt-1"), HasSubstr("3")));
}

TEST_F(ChangeCommandsTest, PurgeAsksFirst) {
  const Ended no_terminal = Credlink({"purge", "head"});
  EXPECT_EQ(no_terminal.exit_code, 2);
  EXPECT_THAT(no_terminal.err, HasSubstr("--yes"));
  const std::vector<std::string> purge = {
      "client/cli/credlink", "purge", "tenants/acme/accounts/head", "--server", service_.address()};
  const Ended wrong = RunAtTerminal(purge, {{"Type head to go on: ", "haed"}});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.out, HasSubstr("nothing was erased"));
  EXPECT_THAT(service_.Requests<v1::PurgeAccountRequest>(), IsEmpty());
  const Ended right = RunAtTerminal(purge, {{"Type head to go on: ", "head"}});
  EXPECT_EQ(right.exit_code, 0) << right.out;
  EXPECT_EQ(Only<v1::PurgeAccountRequest>().name(), "tenants/acme/accounts/head");
}

}  // namespace
}  // namespace credlink
