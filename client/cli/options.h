// What the command line said.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "client/cli/exit_code.h"
#include "client/cli/output.h"
#include "client/cpp/channel.h"
#include "credlink/v1/account.pb.h"

namespace credlink::cli {

enum class FileFormat {
  kAsOutput,  // JSON lines with --output json, else CSV
  kCsv,
  kJsonLines,
};

struct Options {
  client::ChannelOptions channel;
  std::string tenant;
  Format format = Format::kText;
  double timeout_seconds = 0;  // 0: the library's own

  std::string name;  // which account, or connectors' connector

  std::string account_number;
  std::string hash_file;

  // What people say of an account: link, update.
  std::string account_id;
  std::string owner_id, owner_name, owner_login;
  std::string label;
  std::vector<std::string> annotation_pairs;  // "KEY=VALUE"
  v1::Environment environment = v1::ENVIRONMENT_PRODUCTION;
  std::vector<std::string> update_paths;  // update: the fields of Account that flags have set

  std::vector<std::string> removed_annotations;  // update: keys
  bool clear_annotations = false;                // update

  // Every change.
  std::string request_id;  // a new one when the command line has none
  std::string etag;
  bool validate_only = false;
  std::string reason;                         // suspend, delete
  int64_t version = 0;                        // rollback; 0: the newest older one
  bool apply_to_same_account_number = false;  // rotate
  bool yes = false;                           // purge, without asking

  // list, export
  std::string filter;
  std::string order_by;
  int limit = 100;  // 0: all
  bool show_deleted = false;
  bool total = false;

  std::string resume_token;  // watch

  std::string file;  // import, export; "-" is standard input or output
  FileFormat file_format = FileFormat::kAsOutput;
  std::string import_id;
  int concurrency = 8;
  std::string results_file;

  std::string shell;  // completion
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
