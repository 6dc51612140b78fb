#include "tests/process/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "tests/store/temp_directory.h"

namespace credlink {
namespace {

constexpr absl::Duration kLong = absl::Seconds(30);

class ChildProcessTest : public testing::Test {
 protected:
  Command Shell(const std::string& script) {
    Command command;
    command.argv = {"/bin/sh", "-c", script};
    command.stderr_file = folder_.File("log");
    return command;
  }

  TempDirectory folder_;
};

TEST_F(ChildProcessTest, TellsItsLogAndItsExit) {
  auto child = ChildProcess::Start(Shell("echo first >&2; echo port=$PORT; exit 7"));
  ASSERT_TRUE(child.ok()) << child.status();
  EXPECT_EQ((*child)->WaitForLine("port", kLong).value_or(""), "port=");
  const auto exit = (*child)->WaitForExit(kLong);
  ASSERT_TRUE(exit.ok()) << exit.status();
  EXPECT_EQ(exit->code, 7);
  EXPECT_EQ((*child)->Log(), "first\nport=\n");
}

TEST_F(ChildProcessTest, GetsInputAndEnvironmentAndKeepsOutputsApart) {
  Command command = Shell("echo \"$NAME $HOME $(cat)\"; echo noise >&2");
  command.stdout_file = folder_.File("out");
  command.stdin_file = folder_.File("in");
  std::ofstream(command.stdin_file) << "from a file";
  command.environment = {"NAME=value", "HOME=/elsewhere"};
  auto child = ChildProcess::Start(command);
  ASSERT_TRUE(child.ok()) << child.status();
  ASSERT_TRUE((*child)->WaitForExit(kLong).ok());
  std::ifstream out(command.stdout_file);
  std::string line;
  std::getline(out, line);
  EXPECT_EQ(line, "value /elsewhere from a file");
  EXPECT_EQ((*child)->Log(), "noise\n");
}

TEST_F(ChildProcessTest, AnEndBeforeTheLineIsAnErrorWithTheLog) {
  auto child = ChildProcess::Start(Shell("echo no luck >&2"));
  ASSERT_TRUE(child.ok()) << child.status();
  const auto line = (*child)->WaitForLine("serving", kLong);
  EXPECT_EQ(line.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(line.status().message(), testing::HasSubstr("no luck"));
}

TEST_F(ChildProcessTest, AMissingProgramEndsWith127) {
  Command command = Shell("");
  command.argv = {folder_.File("nothing")};
  auto child = ChildProcess::Start(command);
  ASSERT_TRUE(child.ok()) << child.status();
  EXPECT_EQ((*child)->WaitForExit(kLong)->code, 127);
}

TEST_F(ChildProcessTest, WaitsAreBounded) {
  auto child = ChildProcess::Start(Shell("exec sleep 300"));
  ASSERT_TRUE(child.ok()) << child.status();
  EXPECT_EQ((*child)->WaitForLine("x", absl::Milliseconds(20)).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ((*child)->WaitForExit(absl::Milliseconds(20)).status().code(),
            absl::StatusCode::kDeadlineExceeded);
}

TEST_F(ChildProcessTest, StopSendsSigterm) {
  auto child = ChildProcess::Start(Shell("exec sleep 300"));
  ASSERT_TRUE(child.ok()) << child.status();
  const auto exit = (*child)->Stop(kLong);
  ASSERT_TRUE(exit.ok()) << exit.status();
  EXPECT_EQ(exit->signal, SIGTERM);
}

TEST_F(ChildProcessTest, TheDestructorLeavesNothingBehind) {
  pid_t pid = 0;
  {
    auto child = ChildProcess::Start(Shell("trap '' TERM; echo up; exec sleep 300"));
    ASSERT_TRUE(child.ok()) << child.status();
    ASSERT_TRUE((*child)->WaitForLine("up", kLong).ok());
    pid = (*child)->pid();
  }
  EXPECT_EQ(kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

}  // namespace
}  // namespace credlink
