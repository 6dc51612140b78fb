// `credlink completion`: what the scripts offer, and that both shells complete with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/process/program.h"
#include "tests/store/temp_directory.h"

namespace credlink {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class CompletionTest : public testing::Test {
 protected:
  CompletionTest() {
    const Ended ended = RunProgram({"client/cli/credlink", "completion", "bash"});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    script_ = folder_.File("credlink.bash");
    std::ofstream(script_) << ended.out;
  }

  // What bash offers for the last of these words.
  std::vector<std::string> Complete(const std::vector<std::string>& words) {
    std::string list;
    for (const std::string& word : words) absl::StrAppend(&list, " '", word, "'");
    const Ended ended =
        RunProgram({"/bin/bash", "-c",
                    absl::StrCat("set -eu; cd ", folder_.path(), "; source ", script_,
                                 "; COMP_WORDS=(", list, " ); COMP_CWORD=", words.size() - 1,
                                 "; _credlink; printf '%s\\n' \"${COMPREPLY[@]}\"")});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_THAT(ended.err, IsEmpty());
    return absl::StrSplit(ended.out, '\n', absl::SkipEmpty());
  }

  TempDirectory folder_;
  std::string script_;
};

TEST_F(CompletionTest, TheScriptIsBash) {
  const Ended ended = RunProgram({"/bin/bash", "-n", script_});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  const Ended registered =
      RunProgram({"/bin/bash", "-c", absl::StrCat("source ", script_, "; complete -p credlink")});
  EXPECT_THAT(registered.out, HasSubstr("-F _credlink credlink"));
}

TEST_F(CompletionTest, Commands) {
  EXPECT_THAT(Complete({"credlink", ""}), AllOf(Contains("link"), Contains("watch"),
                                                Contains("completion"), Contains("--help")));
  EXPECT_THAT(Complete({"credlink", "re"}), UnorderedElementsAre("resume"));
  EXPECT_THAT(Complete({"credlink", "ro"}), UnorderedElementsAre("rotate", "rollback"));
}

TEST_F(CompletionTest, FlagsOfTheCommand) {
  EXPECT_THAT(Complete({"credlink", "update", "head", "--own"}),
              UnorderedElementsAre("--owner-name", "--owner-login"));
  EXPECT_THAT(Complete({"credlink", "list", "--sh"}), ElementsAre("--show-deleted"));
  EXPECT_THAT(Complete({"credlink", "purge", "--"}),
              AllOf(Contains("--yes"), Contains("--etag"), Not(Contains("--filter"))));
  EXPECT_THAT(Complete({"credlink", "unknown", "--"}), IsEmpty());
}

TEST_F(CompletionTest, ValuesOfAFlag) {
  EXPECT_THAT(Complete({"credlink", "list", "--output", ""}), ElementsAre("text", "json"));
  EXPECT_THAT(Complete({"credlink", "list", "--output", "=", "j"}), ElementsAre("json"));
  EXPECT_THAT(Complete({"credlink", "update", "--environment", "t"}), ElementsAre("test"));
  EXPECT_THAT(Complete({"credlink", "list", "--tenant", ""}), IsEmpty()) << "the user's own";
  EXPECT_THAT(Complete({"credlink", "completion", "z"}), ElementsAre("zsh"));
}

TEST_F(CompletionTest, FilesWhereAFileIsMeant) {
  std::ofstream(folder_.File("hash file.txt")) << "x";
  EXPECT_THAT(Complete({"credlink", "rotate", "--hash-file", "ha"}), ElementsAre("hash file.txt"));
  EXPECT_THAT(Complete({"credlink", "import", "ha"}), ElementsAre("hash file.txt"));
  EXPECT_THAT(Complete({"credlink", "get", "ha"}), IsEmpty());
}

// A shell at a terminal of its own, where the tabulator key completes. Its command credlink tells
// what it was given.
class Shells : public CompletionTest, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    std::ofstream(folder_.File("hash file.txt")) << "x";
    // As a file that zsh finds by name.
    std::ofstream(folder_.File("_credlink"))
        << RunProgram({"client/cli/credlink", "completion", "zsh"}).out;
    const std::string both =
        absl::StrCat("cd ", folder_.path(), "\nPS1='ready> '\ncredlink() { echo \"got: $*\"; }\n");
    const std::string compinit = "autoload -U compinit; compinit -D -u\n";
    std::ofstream(folder_.File("bashrc")) << both << "source credlink.bash\n";
    std::ofstream(folder_.File(".zshrc"))
        << both
        << (GetParam() == "zsh_found" ? absl::StrCat("fpath=($PWD $fpath)\n", compinit)
                                      : absl::StrCat(compinit, "eval \"$(<_credlink)\"\n"));
  }

  // All that the terminal shows after these lines.
  std::string Type(const std::vector<std::string>& lines) {
    const std::vector<std::string> zsh = {
        "/usr/bin/env", "-i", "TERM=dumb", "ZDOTDIR=" + folder_.path(), "zsh", "-d", "-i"};
    const std::vector<std::string> bash = {
        "/usr/bin/env", "-i", "TERM=dumb", "bash", "--rcfile", folder_.File("bashrc"), "-i"};
    std::vector<Exchange> exchanges;
    for (const std::string& line : lines) exchanges.push_back({"ready> ", line});
    exchanges.push_back({"ready> ", "exit 0"});
    const Ended ended = RunAtTerminal(GetParam() == "bash" ? bash : zsh, exchanges);
    EXPECT_EQ(ended.exit_code, 0) << ended.out;
    return ended.out;
  }
};

TEST_P(Shells, TheTabulatorKeyCompletes) {
  EXPECT_THAT(Type({"credlink rota\t", "credlink --ver\t", "credlink list --show-d\t",
                    "credlink list --output j\t", "credlink list --output=j\t",
                    "credlink update head --env\tte\t", "credlink rotate head --hash-file ha\t",
                    "credlink import ha\t", "credlink completion z\t"}),
              AllOf(HasSubstr("got: rotate"), HasSubstr("got: --version"),
                    HasSubstr("got: list --show-deleted"), HasSubstr("got: list --output json"),
                    HasSubstr("got: list --output=json"),
                    HasSubstr("got: rotate head --hash-file hash file.txt"),
                    ContainsRegex("got: update head --environment[ =]test"),
                    HasSubstr("got: import hash file.txt"), HasSubstr("got: completion zsh")));
}

TEST_P(Shells, AFlagThatRepeatsIsOfferedAgain) {
  EXPECT_THAT(Type({"credlink update head --annotation a=b --annot\tc=d"}),
              ContainsRegex("got: update head --annotation a=b --annotation[ =]c=d"));
}

INSTANTIATE_TEST_SUITE_P(All, Shells, testing::Values("bash", "zsh_found", "zsh_sourced"),
                         [](const auto& info) { return info.param; });

TEST_F(CompletionTest, OtherShellsAreAMistake) {
  EXPECT_EQ(RunProgram({"client/cli/credlink", "completion", "fish"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"client/cli/credlink", "completion"}).exit_code, 2);
}

}  // namespace
}  // namespace credlink
