// `credlink export`: all that there is, where it was asked for, whole or not at all.
#include <signal.h>
#include <sys/stat.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "client/cli/csv.h"
#include "client/cli/import_file.h"
#include "server/faults/faults.h"
#include "tests/client/scripted_cli.h"

namespace credlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ExportTest : public ScriptedCli {
 protected:
  // The next page, with accounts of these ids.
  void NextPage(const std::vector<std::string>& ids, const std::string& next_page_token = "") {
    v1::ListAccountsResponse page;
    for (const std::string& id : ids) *page.add_accounts() = AccountOf(id);
    page.set_next_page_token(next_page_token);
    service_.Next("ListAccounts", page);
  }
  static v1::Account AccountOf(const std::string& id) {
    v1::Account account;
    account.set_name("tenants/acme/accounts/" + id);
    account.set_account_number("1234567");
    account.mutable_owner()->set_id("owner-" + id);
    account.set_label("Head, \"" + id + "\"");
    (*account.mutable_annotations())["about-" + id] = "yes";
    account.set_state(v1::Account::STATE_ACTIVE);
    account.set_environment(v1::ENVIRONMENT_TEST);
    account.mutable_create_time()->set_seconds(1'700'000'000);
    return account;
  }
  // The cell of a CSV text's first account.
  static std::string Cell(std::string csv, const std::string& column) {
    cli::CsvReader reader(csv.data(), csv.size());
    cli::CsvRecord header, first;
    EXPECT_TRUE(reader.Next(header) && reader.Next(first)) << csv;
    for (size_t i = 0; i < first.fields.size(); ++i) {
      if (header.fields[i] == column) return std::string(first.fields[i]);
    }
    return "no such column";
  }
};

TEST_F(ExportTest, CsvHasEveryAnnotation) {
  NextPage({"a"}, "more");
  NextPage({"b"});
  const std::string path = folder_.File("accounts.csv");
  const Ended ended = Credlink({"export", path, "--show-deleted", "--filter", "label = x"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, IsEmpty());
  EXPECT_THAT(ended.err, HasSubstr("2 accounts in " + path));
  const std::vector<std::string> lines = absl::StrSplit(Content(path), "\r\n");
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_THAT(lines[0], AllOf(HasSubstr("name,uid,account_id,"),
                              HasSubstr(",annotation.about-a,annotation.about-b")));
  EXPECT_THAT(lines[1], AllOf(HasSubstr("tenants/acme/accounts/a,,a,"), HasSubstr("owner-a"),
                              HasSubstr("\"Head, \"\"a\"\"\""), HasSubstr(",test,ACTIVE,"),
                              HasSubstr("2023-11-14T22:13:20Z"), HasSubstr(",yes,")));
  const auto requests = service_.Requests<v1::ListAccountsRequest>();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_TRUE(requests[0].show_deleted());
  EXPECT_EQ(requests[0].filter(), "label = x");
}

TEST_F(ExportTest, CsvHasWhyAnAccountIsNotWell) {
  v1::ListAccountsResponse page;
  v1::Account& account = *page.add_accounts() = AccountOf("a");
  account.mutable_health_reason()->set_code(v1::ERROR_REASON_CREDENTIALS_REJECTED);
  account.mutable_health_reason()->set_message("It was refused.");
  v1::NextStep& next_step = *account.mutable_health_reason()->mutable_next_step();
  next_step.set_actor(v1::ACTOR_LASTPASS_ADMIN);
  next_step.set_action("Rotate it.");
  next_step.set_url("https://example.com/");
  account.mutable_last_check_reason()->set_code(v1::ERROR_REASON_UPSTREAM_OUTAGE);
  account.mutable_last_check_reason()->set_message("An outage.");
  account.mutable_credential()->mutable_create_time()->set_seconds(1'700'000'001);
  account.mutable_credential()->mutable_last_verified_time()->set_seconds(1'700'000'002);
  for (int version : {2, 1}) {
    v1::CredentialInfo& older = *account.add_previous_credentials();
    older.set_version(version);
    older.set_fingerprint(absl::StrCat("f", version));
    older.mutable_create_time()->set_seconds(1'700'000'000);
  }
  service_.Next("ListAccounts", page);
  const std::string csv = Credlink({"export"}).out;
  EXPECT_EQ(Cell(csv, "health_reason"), "CREDENTIALS_REJECTED");
  EXPECT_EQ(Cell(csv, "health_message"), "It was refused.");
  EXPECT_EQ(Cell(csv, "health_next_step_actor"), "LASTPASS_ADMIN");
  EXPECT_EQ(Cell(csv, "health_next_step"), "Rotate it.");
  EXPECT_EQ(Cell(csv, "health_next_step_url"), "https://example.com/");
  EXPECT_EQ(Cell(csv, "last_check_reason"), "UPSTREAM_OUTAGE");
  EXPECT_EQ(Cell(csv, "last_check_message"), "An outage.");
  EXPECT_EQ(Cell(csv, "credential_create_time"), "2023-11-14T22:13:21Z");
  EXPECT_EQ(Cell(csv, "credential_last_verified_time"), "2023-11-14T22:13:22Z");
  EXPECT_EQ(Cell(csv, "previous_credentials"),
            "2 f2 2023-11-14T22:13:20Z; 1 f1 2023-11-14T22:13:20Z");
}

TEST_F(ExportTest, JsonLinesByEitherFlag) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"export", "--format", "jsonl"},
        std::vector<std::string>{"export", "--output", "json"}}) {
    NextPage({"a", "b"});
    const Ended ended = Credlink(arguments);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    const std::vector<std::string> lines = absl::StrSplit(ended.out, '\n', absl::SkipEmpty());
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(FromJson<v1::Account>(lines[0]).owner().id(), "owner-a");
    EXPECT_EQ(FromJson<v1::Account>(lines[1]).annotations().at("about-b"), "yes");
  }
  NextPage({"a"});
  EXPECT_EQ(Cell(Credlink({"export", "--output", "json", "--format", "csv"}).out, "owner_id"),
            "owner-a");
}

TEST_F(ExportTest, ABrokenExportLeavesTheFileAsItWas) {
  const std::string path = File("accounts.csv", "before");
  for (const char* format : {"csv", "jsonl"}) {
    NextPage({"a"}, "more");
    service_.Next("ListAccounts", ToScripted(Fault(v1::ERROR_REASON_PAGE_TOKEN_INVALID)));
    EXPECT_EQ(Credlink({"export", path, "--format", format}).exit_code, 2);
    EXPECT_EQ(Content(path), "before");
  }
  EXPECT_EQ(Credlink({"export", folder_.File("absent/x.csv")}).exit_code, 2);
  const auto left = std::filesystem::directory_iterator(folder_.path());
  EXPECT_EQ(std::distance(begin(left), end(left)), 1) << "no half of a file";
}

TEST_F(ExportTest, CtrlCLeavesTheFileAsItWas) {
  // Shared with the server's thread, which may still answer when this test has ended.
  const auto begun = std::make_shared<absl::Notification>();
  service_.Always("ListAccounts", [begun](const auto&, auto* response) {
    auto& page = static_cast<v1::ListAccountsResponse&>(*response);
    *page.add_accounts() = AccountOf("a");
    page.set_next_page_token("more");  // without an end
    if (!begun->HasBeenNotified()) begun->Notify();
    return grpc::Status::OK;
  });
  const std::string path = File("accounts.csv", "before");
  auto exporting = StartCredlink({"export", path});
  ASSERT_TRUE(exporting.ok()) << exporting.status();
  begun->WaitForNotification();
  (*exporting)->Signal(SIGINT);
  const auto exit = (*exporting)->WaitForExit(absl::Seconds(30));
  ASSERT_TRUE(exit.ok()) << exit.status();
  EXPECT_EQ(exit->code, 7);
  EXPECT_EQ(Content(path), "before");
  const auto left = std::filesystem::directory_iterator(folder_.path());
  EXPECT_EQ(std::distance(begin(left), end(left)), 3) << "the file, out and err";
}

TEST_F(ExportTest, AReaderThatHasGoneEndsIt) {
  service_.Always("ListAccounts", [](const auto&, auto* response) {
    auto& page = static_cast<v1::ListAccountsResponse&>(*response);
    for (int i = 0; i < 100; ++i) *page.add_accounts() = AccountOf("a");
    page.set_next_page_token("more");  // without an end
    return grpc::Status::OK;
  });
  const Ended ended = WithoutReader("export --format jsonl");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("cannot write to standard output: Broken pipe"));
}

TEST_F(ExportTest, ReplacesTheFileThatALinkLeadsTo) {
  const std::string target = File("target.csv", "before");
  std::filesystem::create_symlink(target, folder_.File("link.csv"));
  ASSERT_EQ(chmod(target.c_str(), 0640), 0);
  NextPage({"a"});
  EXPECT_EQ(Credlink({"export", folder_.File("link.csv")}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(folder_.File("link.csv")));
  EXPECT_EQ(Cell(Content(target), "owner_id"), "owner-a");
  EXPECT_EQ(std::filesystem::status(target).permissions(), std::filesystem::perms(0640));

  std::filesystem::create_symlink(folder_.File("new.csv"), folder_.File("dangling.csv"));
  NextPage({"b"});
  EXPECT_EQ(Credlink({"export", folder_.File("dangling.csv")}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(folder_.File("dangling.csv")));
  EXPECT_EQ(Cell(Content(folder_.File("new.csv")), "owner_id"), "owner-b");
}

TEST_F(ExportTest, WritesToAPipeOrDeviceAsItIs) {
  const std::string pipe = folder_.File("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::string read;
  std::thread reader([&] { read = Content(pipe); });
  NextPage({"a"});
  EXPECT_EQ(Credlink({"export", pipe}).exit_code, 0);
  reader.join();
  EXPECT_EQ(Cell(read, "owner_id"), "owner-a");
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));

  // As /dev/stdout is: a link to a link to a pipe.
  std::filesystem::create_symlink("/proc/self/fd/1", folder_.File("stdout"));
  NextPage({"a"});
  EXPECT_EQ(Cell(Credlink({"export", folder_.File("stdout")}).out, "owner_id"), "owner-a");
  NextPage({"a"});
  const Ended full = Credlink({"export", "/dev/full"});
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.err, HasSubstr("cannot write /dev/full: No space left on device"));
}

TEST_F(ExportTest, ATerminalIsShownNothingThatItObeys) {
  v1::ListAccountsResponse page;
  *page.add_accounts() = AccountOf("a");
  page.mutable_accounts(0)->set_label("x\x1b[2Jy\xc2\x9b");
  for (const char* format : {"csv", "jsonl"}) {
    service_.Next("ListAccounts", page);
    const Ended shown = RunAtTerminal({"client/cli/credlink", "export", "--format", format,
                                       "--tenant", "acme", "--server", service_.address()},
                                      {});
    EXPECT_THAT(shown.out,
                AllOf(HasSubstr("owner-a"), Not(HasSubstr("\x1b")), Not(HasSubstr("\xc2\x9b"))));
  }
  service_.Next("ListAccounts", page);
  EXPECT_EQ(Cell(Credlink({"export"}).out, "label"), page.accounts(0).label())
      << "a file has it all";
}

TEST_F(ExportTest, ImportReadsItOnceTheHashesAreThere) {
  v1::ListAccountsResponse page;
  *page.add_accounts() = AccountOf("a");
  page.mutable_accounts(0)->set_label("=HYPERLINK(1)");
  page.mutable_accounts(0)->mutable_owner()->set_display_name("'-Ann");
  service_.Next("ListAccounts", page);
  const std::string csv = Credlink({"export"}).out;
  EXPECT_EQ(Cell(csv, "label"), "'=HYPERLINK(1)") << "no spreadsheet runs it";
  const std::vector<std::string> lines = absl::StrSplit(csv, "\r\n");
  const cli::ImportFile file = cli::ReadImport(
      "tenants/acme",
      Secret(absl::StrCat(lines[0], ",provisioning_hash\n", lines[1], ",", TestHash(), "\n")));
  ASSERT_THAT(file.faults, IsEmpty());
  ASSERT_EQ(file.lines.size(), 1u);
  const v1::LinkAccountRequest& request = file.lines[0].request;
  EXPECT_EQ(request.label(), "=HYPERLINK(1)");
  EXPECT_EQ(request.owner().id(), "owner-a");
  EXPECT_EQ(request.owner().display_name(), "'-Ann");
  EXPECT_EQ(request.account_id(), "a");
  EXPECT_EQ(request.environment(), v1::ENVIRONMENT_TEST);
  EXPECT_EQ(request.annotations().at("about-a"), "yes");
}

}  // namespace
}  // namespace credlink
