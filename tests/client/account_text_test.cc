// How an account is shown to people.
#include "tests/client/scripted_cli.h"

namespace credlink {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

using AccountTextTest = ScriptedCli;

TEST_F(AccountTextTest, AnOutageShowsWithItsNextStep) {
  v1::GetAccountResponse response;
  v1::Account& account = *response.mutable_account();
  for (const char* key : {"c", "a", "b"}) (*account.mutable_annotations())[key] = "1";
  account.set_consecutive_failures(2);
  account.mutable_health_reason()->set_code(v1::ERROR_REASON_HASH_PROBABLY_RESET);
  account.mutable_health_reason()->set_message("Probably reset.");
  v1::HealthReason& failure = *account.mutable_last_check_reason();
  failure.set_code(v1::ERROR_REASON_UPSTREAM_OUTAGE);
  failure.set_message("LastPass seems to be out.");
  failure.mutable_next_step()->set_action("Wait.");
  service_.Next("GetAccount", response);
  const std::string out = Credlink({"get", "head"}).out;
  EXPECT_THAT(out, ContainsRegex("why +HASH_PROBABLY_RESET: Probably reset.\n"));
  EXPECT_THAT(out, ContainsRegex("failed checks +2 in a row\n"
                                 "last failure +UPSTREAM_OUTAGE: LastPass seems to be out.\n"
                                 "what to do +Wait.\n"));
  EXPECT_THAT(out, ContainsRegex("annotation +a=1\nannotation +b=1\nannotation +c=1\n"));
}

TEST_F(AccountTextTest, CheckSaysOnceWhatIsWrong) {
  v1::CheckAccountResponse response;
  v1::Verdict& verdict = *response.mutable_verdict();
  verdict.set_outcome(v1::Verdict::OUTCOME_INVALID);
  verdict.set_reason(v1::ERROR_REASON_CREDENTIALS_REJECTED);
  verdict.set_message("LastPass refused.");
  verdict.mutable_next_step()->set_action("Compare.");
  v1::Account& account = *response.mutable_account();
  for (v1::HealthReason* reason :
       {account.mutable_health_reason(), account.mutable_last_check_reason()}) {
    reason->set_code(verdict.reason());
    reason->set_message(verdict.message());
    *reason->mutable_next_step() = verdict.next_step();
  }
  service_.Next("CheckAccount", response);
  const std::string out = Credlink({"check", "head"}).out;
  for (const char* once : {"LastPass refused.", "Compare."}) {
    EXPECT_THAT(out, HasSubstr(once));
    EXPECT_EQ(out.find(once), out.rfind(once)) << out;
  }
  EXPECT_THAT(out, AllOf(ContainsRegex("why +CREDENTIALS_REJECTED\n"),
                         ContainsRegex("last failure +CREDENTIALS_REJECTED\n")));
}

}  // namespace
}  // namespace credlink
