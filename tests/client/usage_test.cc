// What a command line may say, and that no mistake in it is repeated: it may be a secret.
#include "tests/client/scripted_cli.h"

namespace credlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using UsageTest = ScriptedCli;

TEST_F(UsageTest, TheHashIsNeverTakenFromTheCommandLine) {
  for (const char* flag : {"--hash", "--provisioning-hash"}) {
    for (const std::vector<std::string>& form :
         {std::vector<std::string>{flag, TestHash()},
          std::vector<std::string>{flag + ("=" + TestHash())}}) {
      std::vector<std::string> arguments = {"rotate", "head"};
      arguments.insert(arguments.end(), form.begin(), form.end());
      const Ended ended = Credlink(arguments);
      EXPECT_EQ(ended.exit_code, 2);
      EXPECT_THAT(ended.err, HasSubstr("never taken from the command line"));
    }
  }
}

// Credlink() itself sees that the hash is not printed.
TEST_F(UsageTest, AMistakeNamesTheFlagAndNeverAValue) {
  const std::string hash = TestHash();
  const std::pair<std::vector<std::string>, const char*> kTable[] = {
      {{"rotate", "head", hash}, "1 argument too many"},
      {{"rotate", "head", hash, hash}, "2 arguments too many"},
      {{"rotate", "head", "--hsh", hash}, "no flag --hsh"},
      {{"rotate", "head", "--hsh=" + hash}, "no flag --hsh"},
      {{"rotate", "head", "--" + hash}, "too many"},
      {{"rotate", "head", "-p" + hash}, "too many"},
      {{"rotate", "head", "--hash-file", hash}, "cannot open the file"},
      {{"rollback", "head", "--version", hash}, "--version takes VERSION"},
      {{"list", "--output", hash}, "--output takes text|json"},
      {{"list", "--output=" + hash}, "--output takes text|json"},
      {{"list", "--limit", hash}, "--limit takes COUNT"},
      {{"list", "--total=" + hash}, "--total takes no value"},
      {{"update", "head", "--annotation", hash}, "--annotation takes KEY=VALUE"},
      {{"update", "head", "--annotation", "=" + hash}, "--annotation takes KEY=VALUE"},
      {{"import", "a.csv", "--concurrency", "65"}, "1 to 64"},
      {{"list", "--tenant", "a", "--tenant", hash}, "--tenant"},
      {{"completion", hash}, "bash|zsh"},
      {{hash}, "no such command"},
      {{hash, "list"}, "no such command"},
      {{"--tenant", hash, "list"}, "flags stand behind the command"},
      {{"--tenant=" + hash}, "flags stand behind the command"},
  };
  for (const auto& [arguments, part] : kTable) {
    const Ended ended = Credlink(arguments);
    EXPECT_EQ(ended.exit_code, 2) << part;
    EXPECT_THAT(ended.err, HasSubstr(part));
  }
  EXPECT_TRUE(service_.Requests<v1::RotateCredentialsRequest>().empty());
}

TEST_F(UsageTest, TextsMustBeUtf8) {
  for (const char* flag : {"--label", "--owner-name", "--annotation", "--etag"}) {
    const Ended ended = Credlink({"update", "head", flag, "a=\xff"});
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_THAT(ended.err, HasSubstr(std::string(flag) + ": must be UTF-8"));
  }
  EXPECT_EQ(Credlink({"get", "\xff"}).exit_code, 2);
  const Ended variable =
      RunProgram({"client/cli/credlink", "list"}, {"", {{"CREDLINK_TENANT", "\xff"}}});
  EXPECT_EQ(variable.exit_code, 2);
  EXPECT_THAT(variable.err, HasSubstr("CREDLINK_TENANT: must be UTF-8"));
  const Ended typed = RunAtTerminal({"client/cli/credlink", "validate", "--tenant", "acme"},
                                    {{"Account number (CID): ", "1\xff"}});
  EXPECT_EQ(typed.exit_code, 2);
  EXPECT_THAT(typed.out, HasSubstr("account number: must be UTF-8"));
  EXPECT_THAT(Credlink({"import", "absent\xff"}).err, Not(HasSubstr("UTF-8"))) << "a file's name";
}

TEST_F(UsageTest, TheHashMustBeUtf8) {
  const std::vector<std::string> validate = {"validate", "--account-number", "1234567",
                                             "--hash-file", "-"};
  const Ended latin = Credlink(validate, "\xe9");
  EXPECT_EQ(latin.exit_code, 2);
  EXPECT_THAT(latin.err, AllOf(HasSubstr("--hash-file: must be UTF-8"), Not(HasSubstr("UTF-16"))));
  for (const std::string mark : {"\xff\xfe", "\xfe\xff"}) {
    const Ended utf16 = Credlink(validate, mark + "h");
    EXPECT_EQ(utf16.exit_code, 2);
    EXPECT_THAT(utf16.err, HasSubstr("save it anew as UTF-8"));
  }
  EXPECT_TRUE(service_.Requests<v1::ValidateCredentialsRequest>().empty());
}

TEST_F(UsageTest, TheHashComesFromAFile) {
  const std::string path = File("hash", TestHash() + "\r\n");
  const std::vector<std::string> validate = {"validate", "--account-number", "1234567",
                                             "--hash-file", path};
  EXPECT_THAT(Credlink(validate).err, Not(HasSubstr("warning")));
  EXPECT_EQ(Only<v1::ValidateCredentialsRequest>().credentials().lastpass().provisioning_hash(),
            TestHash())
      << "the line's end is not part of it";
  std::filesystem::permissions(path, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  EXPECT_THAT(Credlink(validate).err, HasSubstr("others can read"));
  EXPECT_EQ(Credlink({"validate", "--account-number", "1"}, std::string(5000, 'x')).exit_code, 2);
}

TEST_F(UsageTest, ATerminalDoesNotShowTheHash) {
  const std::vector<std::string> validate = {"client/cli/credlink", "validate", "--server",
                                             service_.address(),    "--tenant", "acme"};
  std::vector<std::string> dash = validate;
  dash.insert(dash.end(), {"--hash-file", "-"});
  for (const std::vector<std::string>& arguments : {validate, dash}) {
    const Ended ended = RunAtTerminal(arguments, {{"Account number (CID): ", "1234567"},
                                                  {"Provisioning hash (not shown): ", TestHash()}});
    EXPECT_THAT(ended.out, HasSubstr("1234567")) << "the account number is no secret, it is echoed";
    EXPECT_THAT(ended.out, Not(HasSubstr("eeee")));
    EXPECT_EQ(service_.Requests<v1::ValidateCredentialsRequest>()
                  .back()
                  .credentials()
                  .lastpass()
                  .provisioning_hash(),
              TestHash());
  }
}

TEST_F(UsageTest, AServerThatCannotBeOne) {
  for (const char* server : {"credlink.example.com", "127.0.0.1:99999"}) {
    const Ended ended = Credlink({"list", "--server", server});
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_THAT(ended.err, HasSubstr("--server must be host:port")) << server;
  }
  EXPECT_THAT(Credlink({"list", "--server", "credlink.example.com:443"}).err,
              AllOf(HasSubstr("needs TLS"), HasSubstr("--tls-ca, --tls-cert, --tls-key")));
}

TEST_F(UsageTest, Mistakes) {
  EXPECT_EQ(Credlink({}).exit_code, 2);
  EXPECT_THAT(Credlink({"help"}).err, HasSubstr("--help lists them"));
  EXPECT_EQ(Credlink({"validate"}, TestHash()).exit_code, 2)
      << "no account number, and no terminal to ask at";
  EXPECT_EQ(RunProgram({"client/cli/credlink", "list"}).exit_code, 2) << "no tenant";
  const Ended help = Credlink({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("Exit codes"), HasSubstr("Examples")));
  EXPECT_EQ(Credlink({"--version"}).exit_code, 0);
}

// A disk that is full.
TEST_F(UsageTest, WhatCannotBeWrittenWasNotDone) {
  for (const char* command : {"list", "get head", "suspend head", "connectors --help",
                              "list --output json", "export", "completion bash", "--version"}) {
    const Ended ended = RunProgram(
        {"/bin/bash", "-c", std::string("client/cli/credlink ") + command + " >/dev/full"},
        {"", Environment()});
    EXPECT_EQ(ended.exit_code, 1) << command;
    EXPECT_THAT(ended.err, HasSubstr("cannot write")) << command;
  }
}

}  // namespace
}  // namespace credlink
