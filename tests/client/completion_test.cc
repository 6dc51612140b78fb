// `credlink completion`: the script for bash really completes; the one for zsh has its parts.
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

TEST_F(CompletionTest, Zsh) {
  const Ended ended = RunProgram({"client/cli/credlink", "completion", "zsh"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.out.rfind("#compdef credlink\n", 0), 0u);
  for (const char* part : {"'rotate:", "    rotate)\n", "--hash-file[", ":_files'", ":(text json)'",
                           "'*--annotation[", "compdef _credlink credlink"}) {
    EXPECT_THAT(ended.out, HasSubstr(part));
  }
  // Every quote and every block is closed; what a quoted text holds does not count.
  std::string code;
  bool quoted = false;
  for (size_t i = 0; i < ended.out.size(); ++i) {
    if (ended.out[i] == '\'') quoted = !quoted;
    if (quoted) continue;
    if (ended.out[i] == '\\') ++i;
    code += ended.out[i];
  }
  EXPECT_FALSE(quoted);
  const auto count = [&code](absl::string_view word) {
    const std::vector<absl::string_view> words = absl::StrSplit(code, absl::ByAnyChar(" \n"));
    return std::count(words.begin(), words.end(), word);
  };
  EXPECT_EQ(count("case"), count("esac"));
  EXPECT_EQ(count("if"), count("fi"));
  EXPECT_EQ(count("{"), count("}"));
}

TEST_F(CompletionTest, OtherShellsAreAMistake) {
  EXPECT_EQ(RunProgram({"client/cli/credlink", "completion", "fish"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"client/cli/credlink", "completion"}).exit_code, 2);
}

}  // namespace
}  // namespace credlink
