// The credlink program against a service that does as it is told.
#pragma once

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/client/scripted_service.h"
#include "tests/process/child_process.h"
#include "tests/process/program.h"
#include "tests/store/temp_directory.h"

namespace credlink {

inline const std::string& TestHash() {
  static const std::string* const hash = new std::string(64, 'e');
  return *hash;
}

class ScriptedCli : public testing::Test {
 protected:
  using Variables = std::vector<std::pair<std::string, std::string>>;

  Variables Environment() const {
    return {{"CREDLINK_SERVER", service_.address()},
            {"CREDLINK_TENANT", "acme"},
            {"GRPC_VERBOSITY", "debug"},
            {"GRPC_TRACE", "all"}};
  }

  // Runs it to its end. Whatever it does, it never prints the hash.
  Ended Credlink(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), "client/cli/credlink");
    const Ended ended = RunProgram(arguments, {input, Environment()});
    EXPECT_THAT(ended.out + ended.err, testing::Not(testing::HasSubstr("eeeeeeee")));
    return ended;
  }

  // Starts it; what it writes is in the files out and err.
  absl::StatusOr<std::unique_ptr<ChildProcess>> StartCredlink(std::vector<std::string> arguments) {
    Command command;
    command.argv = std::move(arguments);
    command.argv.insert(command.argv.begin(), "client/cli/credlink");
    command.stderr_file = folder_.File("err");
    command.stdout_file = folder_.File("out");
    for (const auto& [name, value] : Environment()) {
      command.environment.push_back(name + "=" + value);
    }
    return ChildProcess::Start(command);
  }

  // Runs a command line whose standard output is a pipe that nobody reads any more.
  Ended WithoutReader(const std::string& command_line) {
    const std::string pipe = folder_.File("pipe");
    return RunProgram({"/bin/bash", "-c",
                       "mkfifo " + pipe + "; exec 3<>" + pipe + " 4>" + pipe +
                           " 3<&-; client/cli/credlink " + command_line + " >&4"},
                      {"", Environment()});
  }

  template <typename Message>
  Message FromJson(const std::string& json) {
    Message message;
    const auto status = google::protobuf::util::JsonStringToMessage(json, &message);
    EXPECT_TRUE(status.ok()) << json;
    return message;
  }

  // The one request of a type that has come.
  template <typename Request>
  Request Only() {
    const std::vector<Request> requests = service_.Requests<Request>();
    EXPECT_EQ(requests.size(), 1u);
    return requests.empty() ? Request() : requests.front();
  }

  // A file of mode 0600.
  std::string File(const std::string& name, const std::string& text) {
    const std::string path = folder_.File(name);
    std::ofstream(path) << text;
    std::filesystem::permissions(
        path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return path;
  }
  static std::string Content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  ScriptedService service_;
  TempDirectory folder_;
};

}  // namespace credlink
