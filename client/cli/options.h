// What the command line said.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "absl/types/optional.h"
#include "client/cli/exit_code.h"
#include "client/cli/output.h"
#include "client/cpp/channel.h"

namespace credlink::cli {

struct Options {
  client::ChannelOptions channel;
  std::string tenant;
  Format format = Format::kText;
  double timeout_seconds = 0;  // 0: the library's own

  std::string account_number;  // validate, link, and list's filter
  std::string hash_file;

  std::string account_id;
  std::string owner_id, owner_name, owner_login;
  std::string label;
  std::map<std::string, std::string> annotations;
  bool test_environment = false;
  std::string request_id;
  bool validate_only = false;

  std::string filter;
  int limit = 100;  // 0: all

  std::string name;  // get's account, connectors' connector
};

// What to do with them.
using Command = ExitCode (*)(const Options& options, const Output& output);

// A command line that has been read: either there is something to do, or all is said and
// `exit_code` is what is left.
struct Invocation {
  Options options;
  Command command = nullptr;
  absl::optional<int> exit_code;
};

Invocation ReadCommandLine(int argc, const char* const* argv);

}  // namespace credlink::cli
