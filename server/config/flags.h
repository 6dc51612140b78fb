// credlinkd's command line.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "credlink/config/v1/server_config.pb.h"

namespace credlink {

// What the command line asks for.
struct CommandLine {
  config::v1::ServerConfig config;  // the file's, with the flags over it
  bool check_only = false;          // --check_config
  absl::optional<int> exit_code;    // --help, --version or a fault: all is said, just exit
};

// Reads the flags and the file that --config names. Prints help and faults itself.
CommandLine ReadCommandLine(int argc, const char* const* argv);

}  // namespace credlink
