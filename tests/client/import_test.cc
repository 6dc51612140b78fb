// `credlink import`: nothing is sent before all is in order, and everything is sent once.
#include <signal.h>

#include <boost/json/parse.hpp>
#include <map>
#include <mutex>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/faults/faults.h"
#include "tests/client/scripted_cli.h"
#include "tests/process/child_process.h"

namespace credlink {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ImportTest : public ScriptedCli {
 protected:
  ImportTest() {
    service_.Always("LinkAccount", [this](const auto& request, auto* response) {
      return Link(static_cast<const v1::LinkAccountRequest&>(request),
                  static_cast<v1::LinkAccountResponse&>(*response));
    });
  }

  // Answers by the owner's id: "ok-...", "refused-...", and so on.
  grpc::Status Link(const v1::LinkAccountRequest& request, v1::LinkAccountResponse& response) {
    const std::string& owner = request.owner().id();
    const std::lock_guard<std::mutex> lock(mutex_);
    const int attempt = ++attempts_[owner];
    EXPECT_EQ(request.credentials().lastpass().provisioning_hash(), TestHash());
    EXPECT_EQ(request.parent(), "tenants/acme");
    if (absl::StartsWith(owner, "refused")) {
      return ToScripted(Fault(v1::ERROR_REASON_CREDENTIALS_REJECTED));
    }
    if (absl::StartsWith(owner, "linked-before")) {
      return ToScripted(Fault(v1::ERROR_REASON_ACCOUNT_ALREADY_LINKED,
                              {"credlink.v1.Account", "tenants/acme/accounts/before"}));
    }
    if (absl::StartsWith(owner, "unproven")) {
      return SoonAgain(v1::ERROR_REASON_UPSTREAM_API_ERROR);
    }
    if (absl::StartsWith(owner, "slow") && attempt < 3) {
      return SoonAgain(v1::ERROR_REASON_UPSTREAM_RATE_LIMITED);
    }
    if (absl::StartsWith(owner, "busy")) {
      return SoonAgain(v1::ERROR_REASON_SERVER_OVERLOADED);
    }
    if (absl::StartsWith(owner, "changing")) {
      return SoonAgain(v1::ERROR_REASON_CONCURRENT_CHANGE);
    }
    if (absl::StartsWith(owner, "late")) {
      return grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "Deadline Exceeded");
    }
    if (absl::StartsWith(owner, "faulty")) return ToScripted(Fault(v1::ERROR_REASON_INTERNAL));
    if (absl::StartsWith(owner, "denied")) {
      return grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "not you");
    }
    if (absl::StartsWith(owner, "suspect")) {
      response.add_suspect_accounts("tenants/acme/accounts/old");
      response.add_notes()->set_message("White space was removed.");
    }
    if (absl::StartsWith(owner, "taken")) {
      return ToScripted(Fault(v1::ERROR_REASON_ACCOUNT_ID_TAKEN));
    }
    response.mutable_account()->set_name("tenants/acme/accounts/of-" + owner);
    return grpc::Status::OK;
  }

  static std::string Csv(const std::vector<std::string>& owners) {
    std::string text = "account_number,provisioning_hash,owner_id\n";
    for (const std::string& owner : owners) {
      absl::StrAppend(&text, "1234567,", TestHash(), ",", owner, "\n");
    }
    return text;
  }

  // "line result account reason", each.
  static std::vector<std::string> Verdicts(const std::string& json_lines) {
    std::vector<std::string> verdicts;
    for (absl::string_view line : absl::StrSplit(json_lines, '\n', absl::SkipEmpty())) {
      const auto object = boost::json::parse({line.data(), line.size()}).as_object();
      EXPECT_EQ(object.at("account_number"), "1234567");
      EXPECT_TRUE(object.at("next_step").is_object());
      const auto text = [&object](const char* key) {
        const auto& value = object.at(key).as_string();
        return std::string(value.data(), value.size());
      };
      verdicts.push_back(absl::StrCat(object.at("line").as_int64(), " ", text("result"), " ",
                                      text("account"), " ", text("reason")));
    }
    std::sort(verdicts.begin(), verdicts.end());  // they come as they are done
    return verdicts;
  }
  std::map<std::string, std::string> IdsByOwner() {
    std::map<std::string, std::string> ids;
    for (const auto& request : service_.Requests<v1::LinkAccountRequest>()) {
      const auto [at, is_new] = ids.emplace(request.owner().id(), request.request_id());
      EXPECT_TRUE(is_new || at->second == request.request_id()) << "one id a line";
    }
    return ids;
  }
  // An import of one line at a time that goes on; what it writes is in the files out and err.
  absl::StatusOr<std::unique_ptr<ChildProcess>> Start(const std::string& csv) {
    Command command;
    command.argv = {"client/cli/credlink",
                    "import",
                    File("a.csv", csv),
                    "--concurrency",
                    "1",
                    "--output",
                    "json"};
    command.stderr_file = folder_.File("err");
    command.stdout_file = folder_.File("out");
    for (const auto& [name, value] : Environment()) {
      command.environment.push_back(absl::StrCat(name, "=", value));
    }
    return ChildProcess::Start(command);
  }
  Ended Import(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), "import");
    return Credlink(arguments, input);
  }

  std::mutex mutex_;
  std::map<std::string, int> attempts_;
};

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

  EXPECT_EQ(Import({folder_.File("absent")}).exit_code, 2);
  EXPECT_EQ(Import({"-", "--concurrency", "65"}, Csv({"ok-1"})).exit_code, 2);
  EXPECT_EQ(Import({"-", "--results", folder_.File("absent/x")}, Csv({"ok-1"})).exit_code, 2);
  EXPECT_THAT(service_.Requests<v1::LinkAccountRequest>(), IsEmpty());
}

TEST_F(ImportTest, TellsWhatBecameOfEachLine) {
  const Ended ended =
      Import({"-", "--output", "json"},
             Csv({"ok-1", "linked-before-1", "refused-1", "unproven-1", "taken-1"}));
  EXPECT_EQ(ended.exit_code, 6) << "of the worst line";
  EXPECT_THAT(Verdicts(ended.out),
              ElementsAre("2 linked tenants/acme/accounts/of-ok-1 ",
                          "3 already_linked tenants/acme/accounts/before ACCOUNT_ALREADY_LINKED",
                          "4 refused  CREDENTIALS_REJECTED", "5 unproven  UPSTREAM_API_ERROR",
                          "6 failed  ACCOUNT_ID_TAKEN"));
  EXPECT_EQ(attempts_["unproven-1"], 2) << "a riddle is not worth more";
  EXPECT_EQ(attempts_["refused-1"], 1);

  const Ended text = Import({"-"}, Csv({"ok-9", "refused-9"}));
  EXPECT_EQ(text.exit_code, 3);
  EXPECT_THAT(text.out, AllOf(HasSubstr("LINE  NUMBER"), HasSubstr("of-ok-9"),
                              HasSubstr("CREDENTIALS_REJECTED")));
  EXPECT_EQ(Import({"-"}, Csv({"ok-9", "linked-before-9"})).exit_code, 0) << "both are done";
}

TEST_F(ImportTest, SaysWhyOnceAndWhoseMoveItIs) {
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

TEST_F(ImportTest, AChangeAtTheSameTimeIsTriedAgain) {
  const Ended ended = Import({"-", "--output", "json"}, Csv({"changing-1"}));
  EXPECT_EQ(ended.exit_code, 6);
  EXPECT_EQ(attempts_["changing-1"], 8);
}

TEST_F(ImportTest, StopsAtOnceWhenThisCallerMayNot) {
  const Ended ended =
      Import({"-", "--output", "json", "--concurrency", "1"}, Csv({"denied-1", "ok-1", "ok-2"}));
  EXPECT_EQ(ended.exit_code, 8);
  EXPECT_THAT(Verdicts(ended.out), ElementsAre("2 failed  PERMISSION_DENIED", "3 failed  NOT_SENT",
                                               "4 failed  NOT_SENT"));
}

TEST_F(ImportTest, GivesUpWhenTheServerDoesNotAnswer) {
  const Ended ended = Import({"-", "--output", "json", "--concurrency", "1"},
                             Csv({"late-1", "faulty-1", "late-2", "ok-1"}));
  EXPECT_THAT(Verdicts(ended.out),
              ElementsAre("2 failed  DEADLINE_EXCEEDED", "3 failed  INTERNAL",
                          "4 failed  DEADLINE_EXCEEDED", "5 failed  NOT_SENT"));
  EXPECT_EQ(attempts_["late-1"], 1);
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

TEST_F(ImportTest, WaitsWhenItIsToldTo) {
  const Ended ended = Import({"-", "--output", "json"}, Csv({"slow-1", "ok-1"}));
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(attempts_["slow-1"], 3);
  EXPECT_EQ(IdsByOwner().size(), 2u);
}

TEST_F(ImportTest, GivesUpWhenNothingGoesThrough) {
  const Ended ended = Import({"-", "--output", "json", "--concurrency", "1"},
                             Csv({"busy-1", "busy-2", "busy-3", "ok-1"}));
  EXPECT_EQ(ended.exit_code, 7);
  EXPECT_THAT(Verdicts(ended.out),
              ElementsAre("2 failed  SERVER_OVERLOADED", "3 failed  SERVER_OVERLOADED",
                          "4 failed  SERVER_OVERLOADED", "5 failed  NOT_SENT"));
  EXPECT_EQ(attempts_["busy-1"], 8);
  EXPECT_EQ(attempts_["ok-1"], 0);
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
}

INSTANTIATE_TEST_SUITE_P(Signals, InterruptedImportTest, testing::Values(SIGINT, SIGTERM, SIGHUP));

TEST_F(ImportTest, AVerdictIsWrittenAsSoonAsItIsThere) {
  absl::Notification second;
  service_.Next("LinkAccount", v1::LinkAccountResponse());
  service_.Always("LinkAccount", [&](const auto&, auto*) {
    second.WaitForNotification();
    return grpc::Status::OK;
  });
  auto import = Start(Csv({"ok-1", "ok-2"}));
  ASSERT_TRUE(import.ok()) << import.status();
  const absl::Status written = (*import)->WaitUntil(
      [this] { return Verdicts(Content(folder_.File("out"))).size() == 1; }, absl::Seconds(30));
  EXPECT_TRUE(written.ok()) << written;
  (*import)->Signal(SIGKILL);
  EXPECT_TRUE((*import)->WaitForExit(absl::Seconds(30)).ok());
  second.Notify();
  EXPECT_THAT(Verdicts(Content(folder_.File("out"))), ElementsAre("2 linked  "));
}

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
