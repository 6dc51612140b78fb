// What `credlink import` makes of answers: which lines it tries again, when it gives up, what it
// tells.
#include <signal.h>

#include <boost/json/parse.hpp>
#include <memory>

#include "absl/strings/str_split.h"
#include "tests/client/import_fixture.h"

namespace credlink {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using ImportVerdictsTest = ImportTest;

TEST_F(ImportVerdictsTest, TellsWhatBecameOfEachLine) {
  const Ended ended =
      Import({"-", "--output", "json"},
             Csv({"ok-1", "linked-before-1", "refused-1", "unproven-1", "taken-1"}));
  EXPECT_EQ(ended.exit_code, 6) << "of the worst line";
  EXPECT_THAT(Verdicts(ended.out),
              ElementsAre("2 linked tenants/acme/accounts/of-ok-1 ",
                          "3 already_linked tenants/acme/accounts/before ACCOUNT_ALREADY_LINKED",
                          "4 refused  CREDENTIALS_REJECTED", "5 unproven  UPSTREAM_API_ERROR",
                          "6 failed  ACCOUNT_ID_TAKEN"));
  EXPECT_EQ(Attempts("unproven-1"), 2) << "a riddle is not worth more";
  EXPECT_EQ(Attempts("refused-1"), 1);

  const Ended text = Import({"-"}, Csv({"ok-9", "refused-9"}));
  EXPECT_EQ(text.exit_code, 3);
  EXPECT_THAT(text.out, AllOf(HasSubstr("LINE  NUMBER"), HasSubstr("of-ok-9"),
                              HasSubstr("CREDENTIALS_REJECTED")));
  EXPECT_EQ(Import({"-"}, Csv({"ok-9", "linked-before-9"})).exit_code, 0) << "both are done";
}

TEST_F(ImportVerdictsTest, SaysWhyOnceAndWhoseMoveItIs) {
  const Ended text =
      Import({"-"}, Csv({"refused-1", "refused-2", "taken-1", "suspect-1", "suspect-2", "late-1"}));
  const auto times = [&text](const std::string& part) {
    size_t count = 0;
    for (size_t at = text.out.find(part); at != std::string::npos;
         at = text.out.find(part, at + 1)) {
      ++count;
    }
    return count;
  };
  EXPECT_EQ(times("LastPass refused"), 1u) << text.out;
  EXPECT_EQ(times("https://admin.lastpass.com"), 1u);
  EXPECT_EQ(times("an admin of the LastPass account"), 1u);
  EXPECT_EQ(times("Choose another account_id"), 1u);
  EXPECT_EQ(times("more time with --timeout"), 1u);
  EXPECT_EQ(times("tenants/acme/accounts/old"), 1u);
  EXPECT_THAT(text.out, AllOf(HasSubstr("line 5: White space was removed."),
                              HasSubstr("line 6: White space was removed.")));

  const Ended json =
      Import({"-", "--output", "json", "--concurrency", "1"}, Csv({"refused-1", "suspect-1"}));
  const std::vector<std::string> lines = absl::StrSplit(json.out, '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 2u);
  const auto refused = boost::json::parse(lines[0]).as_object();
  EXPECT_THAT(std::string(refused.at("message").as_string().c_str()), HasSubstr("refused"));
  EXPECT_EQ(refused.at("next_step").at("actor"), "ACTOR_LASTPASS_ADMIN");
  EXPECT_EQ(refused.at("next_step").at("url"), "https://admin.lastpass.com/advanced/enterpriseApi");
  const auto linked = boost::json::parse(lines[1]).as_object();
  EXPECT_EQ(linked.at("suspect_accounts").at(0), "tenants/acme/accounts/old");
  EXPECT_EQ(linked.at("notes").at(0), "White space was removed.");
  EXPECT_EQ(linked.at("next_step").at("actor"), "");
}

TEST_F(ImportVerdictsTest, WaitsWhenItIsToldTo) {
  const Ended ended = Import({"-", "--output", "json"}, Csv({"slow-1", "ok-1"}));
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(Attempts("slow-1"), 3);
  EXPECT_EQ(IdsByOwner().size(), 2u);
}

TEST_F(ImportVerdictsTest, AChangeAtTheSameTimeIsTriedAgain) {
  const Ended ended = Import({"-", "--output", "json"}, Csv({"changing-1"}));
  EXPECT_EQ(ended.exit_code, 6);
  EXPECT_EQ(Attempts("changing-1"), 8);
}

TEST_F(ImportVerdictsTest, StopsAtOnceWhenThisCallerMayNot) {
  const Ended ended =
      Import({"-", "--output", "json", "--concurrency", "1"}, Csv({"denied-1", "ok-1", "ok-2"}));
  EXPECT_EQ(ended.exit_code, 8);
  EXPECT_THAT(Verdicts(ended.out), ElementsAre("2 failed  PERMISSION_DENIED", "3 failed  NOT_SENT",
                                               "4 failed  NOT_SENT"));
}

TEST_F(ImportVerdictsTest, GivesUpWhenNothingGoesThrough) {
  const Ended ended = Import({"-", "--output", "json", "--concurrency", "1"},
                             Csv({"busy-1", "busy-2", "busy-3", "ok-1"}));
  EXPECT_EQ(ended.exit_code, 7);
  EXPECT_THAT(Verdicts(ended.out),
              ElementsAre("2 failed  SERVER_OVERLOADED", "3 failed  SERVER_OVERLOADED",
                          "4 failed  SERVER_OVERLOADED", "5 failed  NOT_SENT"));
  EXPECT_EQ(Attempts("busy-1"), 8);
  EXPECT_EQ(Attempts("ok-1"), 0);
}

TEST_F(ImportVerdictsTest, GivesUpWhenTheServerDoesNotAnswer) {
  const Ended ended = Import({"-", "--output", "json", "--concurrency", "1"},
                             Csv({"late-1", "faulty-1", "late-2", "ok-1"}));
  EXPECT_THAT(Verdicts(ended.out),
              ElementsAre("2 failed  DEADLINE_EXCEEDED", "3 failed  INTERNAL",
                          "4 failed  DEADLINE_EXCEEDED", "5 failed  NOT_SENT"));
  EXPECT_EQ(Attempts("late-1"), 1);
}

TEST_F(ImportVerdictsTest, AVerdictIsWrittenAsSoonAsItIsThere) {
  // Shared with the server's thread, which may come back from it when this test has ended.
  const auto second = std::make_shared<absl::Notification>();
  service_.Next("LinkAccount", v1::LinkAccountResponse());
  service_.Always("LinkAccount", [second](const auto&, auto*) {
    second->WaitForNotification();
    return grpc::Status::OK;
  });
  auto import = Start(Csv({"ok-1", "ok-2"}));
  ASSERT_TRUE(import.ok()) << import.status();
  const absl::Status written = (*import)->WaitUntil(
      [this] { return Verdicts(Content(folder_.File("out"))).size() == 1; }, absl::Seconds(30));
  EXPECT_TRUE(written.ok()) << written;
  (*import)->Signal(SIGKILL);
  EXPECT_TRUE((*import)->WaitForExit(absl::Seconds(30)).ok());
  second->Notify();
  EXPECT_THAT(Verdicts(Content(folder_.File("out"))), ElementsAre("2 linked  "));
}

TEST_F(ImportVerdictsTest, GoesOnWhenNobodyReadsTheVerdicts) {
  const Ended ended = WithoutReader("import --output json " + File("a.csv", Csv({"ok-1", "ok-2"})));
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("2 linked"), HasSubstr("cannot write")));
}

}  // namespace
}  // namespace credlink
