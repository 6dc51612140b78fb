// `credlink import`: nothing is sent before all is in order, and everything is sent once.
#include <signal.h>

#include "absl/strings/str_cat.h"
#include "google/rpc/status.pb.h"
#include "tests/client/import_fixture.h"

namespace credlink {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class InterruptedImportTest : public ImportTest, public testing::WithParamInterface<int> {};

TEST_F(ImportTest, LinksEveryLine) {
  const std::string path = File("a.csv", Csv({"ok-1", "ok-2", "ok-3"}));
  const Ended ended = Import({path, "--output", "json", "--concurrency", "2"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(Verdicts(ended.out), ElementsAre("2 linked tenants/acme/accounts/of-ok-1 ",
                                               "3 linked tenants/acme/accounts/of-ok-2 ",
                                               "4 linked tenants/acme/accounts/of-ok-3 "));
  EXPECT_THAT(ended.err, AllOf(HasSubstr("--import-id"), HasSubstr("3 linked."),
                               Not(HasSubstr("warning")), Not(HasSubstr("\x1b"))));
}

TEST_F(ImportTest, AllFaultsBeforeAnythingIsSent) {
  const std::string text = absl::StrCat(Csv({"ok-1", "not ok"}), "12x,", TestHash(), ",ok-2\n",
                                        TestHash(), ",1234567,ok-3\n");
  const Ended ended = Import({File("a.csv", text)});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("3 faults"), HasSubstr("line 3 owner_id"),
                               HasSubstr("line 4 account_number"),
                               HasSubstr("line 5 account_number"), HasSubstr("Nothing was sent")));
  const Ended json = Import({"-", "--output", "json"}, text);
  EXPECT_EQ(json.exit_code, 2);
  EXPECT_EQ(FromJson<google::rpc::Status>(json.err).code(), 3);
  EXPECT_THAT(service_.Requests<v1::LinkAccountRequest>(), IsEmpty());

  const Ended absent = Import({folder_.File("absent")});
  EXPECT_EQ(absent.exit_code, 2);
  EXPECT_THAT(absent.err, HasSubstr(folder_.File("absent") + ": cannot open the file"));
  EXPECT_EQ(Import({"-", "--concurrency", "65"}, Csv({"ok-1"})).exit_code, 2);
  EXPECT_EQ(Import({"-", "--results", folder_.File("absent/x")}, Csv({"ok-1"})).exit_code, 2);
  EXPECT_THAT(service_.Requests<v1::LinkAccountRequest>(), IsEmpty());
}

TEST_F(ImportTest, TheSameImportAgainSendsTheSameIds) {
  const std::string path = File("a.csv", Csv({"ok-1", "ok-2"}));
  EXPECT_EQ(Import({path, "--import-id", "monday"}).exit_code, 0);
  const auto first = IdsByOwner();
  EXPECT_EQ(Import({path, "--import-id", "monday"}).exit_code, 0);
  EXPECT_EQ(IdsByOwner(), first);
  EXPECT_EQ(first.size(), 2u);
  EXPECT_NE(first.at("ok-1"), first.at("ok-2"));
}

TEST_F(ImportTest, AnImportWithoutANameGetsOneOfItsOwn) {
  const Ended ended = Import({"-"}, Csv({"ok-1"}));
  EXPECT_EQ(ended.exit_code, 0);
  const size_t at = ended.err.find("--import-id ");
  ASSERT_NE(at, std::string::npos);
  const std::string id = ended.err.substr(at + 12, ended.err.find('\n', at) - at - 12);
  EXPECT_EQ(Import({"-", "--import-id", id}, Csv({"ok-1"})).exit_code, 0);
  EXPECT_EQ(IdsByOwner().size(), 1u) << "the printed name gives the same ids";
  Import({"-"}, "account_number,provisioning_hash,owner_id,request_id\n1234567," + TestHash() +
                    ",ok-2,mine\n");
  EXPECT_EQ(IdsByOwner().at("ok-2"), "mine");
}

// Ctrl-C, and a terminal that is closed.
TEST_P(InterruptedImportTest, LetsTheLinesInFlightEnd) {
  absl::Notification arrived, go_on;
  service_.Always("LinkAccount", [&](const auto&, auto*) {
    arrived.Notify();
    go_on.WaitForNotification();
    return grpc::Status::OK;
  });
  auto import = Start(Csv({"ok-1", "ok-2"}));
  ASSERT_TRUE(import.ok()) << import.status();
  arrived.WaitForNotification();
  (*import)->Signal(GetParam());
  ASSERT_TRUE((*import)->WaitForLine("Stopping", absl::Seconds(30)).ok());
  go_on.Notify();
  const auto exit = (*import)->WaitForExit(absl::Seconds(30));
  ASSERT_TRUE(exit.ok()) << exit.status();
  EXPECT_EQ(exit->code, 7);
  EXPECT_THAT(Verdicts(Content(folder_.File("out"))),
              ElementsAre("2 linked  ", "3 failed  NOT_SENT"));
  EXPECT_THAT((*import)->Log(),
              ContainsRegex("1 linked, 1 not sent.\nTo go on: .*--import-id [-0-9a-f]+\n"));
}

INSTANTIATE_TEST_SUITE_P(Signals, InterruptedImportTest, testing::Values(SIGINT, SIGTERM, SIGHUP));

TEST_F(ImportTest, WritesTheResultsToAFile) {
  const std::string results = folder_.File("results");
  const Ended ended =
      Import({"-", "--results", results, "--output", "json", "--validate-only"}, Csv({"ok-1"}));
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, IsEmpty());
  EXPECT_EQ(Verdicts(Content(results)).size(), 1u);
  EXPECT_THAT(ended.err, HasSubstr("nothing was stored"));
  EXPECT_TRUE(Only<v1::LinkAccountRequest>().validate_only());
}

TEST_F(ImportTest, WarnsOfAFileThatOthersCanRead) {
  const std::string path = File("a.csv", Csv({"ok-1"}));
  std::filesystem::permissions(path, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  const Ended ended = Import({path});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err, HasSubstr("others can read"));
}

TEST_F(ImportTest, ReadsJsonLines) {
  const Ended ended = Import({"-", "--output", "json"},
                             absl::StrCat("{\"account_number\":\"1234567\",\"owner_id\":\"ok-1\",",
                                          "\"annotations\":{\"team\":\"blue\"},",
                                          "\"provisioning_hash\":\"", TestHash(), "\"}\n"));
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(Only<v1::LinkAccountRequest>().annotations().at("team"), "blue");
}

TEST_F(ImportTest, ShowsItsProgressAtATerminal) {
  for (const char* format : {"text", "json"}) {
    const Ended ended =
        RunAtTerminal({"client/cli/credlink", "import", File("a.csv", Csv({"ok-1"})), "--tenant",
                       "acme", "--server", service_.address(), "--output", format},
                      {});
    EXPECT_EQ(ended.exit_code, 0) << ended.out;
    EXPECT_THAT(ended.out, AllOf(HasSubstr("0 of 1"), HasSubstr("1 of 1"), HasSubstr("1 linked.")));
    EXPECT_THAT(ended.out, Not(HasSubstr("eeeeeeee")));
  }
}

TEST_F(ImportTest, SaysWhatItWaitsFor) {
  const Ended ended =
      RunAtTerminal({"client/cli/credlink", "import", File("a.csv", Csv({"slow-1"})), "--tenant",
                     "acme", "--server", service_.address()},
                    {});
  EXPECT_EQ(ended.exit_code, 0) << ended.out;
  EXPECT_THAT(ended.out, HasSubstr("0 of 1  waiting 1 s: UPSTREAM_RATE_LIMITED"));
}

}  // namespace
}  // namespace credlink
