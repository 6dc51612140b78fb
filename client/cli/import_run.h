// Links what an import file names: several at a time, with patience, and a verdict on each line.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/cli/details.h"
#include "client/cli/exit_code.h"
#include "client/cli/import_file.h"
#include "client/cli/pace.h"
#include "client/cpp/client.h"

namespace credlink::cli {

enum class ImportResult {
  kLinked,
  kAlreadyLinked,  // by an import before, or by others
  kRefused,        // LastPass refused the pair
  kUnproven,       // LastPass gave no answer that proves either
  kFailed,         // anything else
  kNotSent,        // the run was stopped before; "failed" in the results, with NOT_SENT
};
// "linked", "already_linked" and so on, as it stands in the results.
const char* ResultName(ImportResult result);

struct ImportVerdict {
  int line = 0;
  std::string account_number;
  ImportResult result = ImportResult::kFailed;
  std::string account;  // its name, where there is one
  std::string reason;   // of ErrorReason, or a gRPC code; NOT_SENT when the run was stopped before
  std::string message;  // the same for people
  v1::NextStep next_step;
  Names suspect_accounts;  // their hash was probably reset
  Notes notes;             // what the server put right
  ExitCode code = kExitOk;
};

// A line's request_id: made of what is no secret, so that the same line of the same import has the
// same one in every run. The hash is not part of it: who sees the id must not be able to test
// guesses against it.
std::string RequestIdOf(const std::string& import_id, const ImportLine& line);

// The code of the worst line. What another run would not mend is worse than what it might.
ExitCode WorstOf(const std::vector<ImportVerdict>& verdicts);

struct ImportRun {
  client::Client& client;
  std::string import_id;
  int concurrency = 8;
  bool validate_only = false;
  Pace& pace;  // stop it, and no line is begun any more
  // Called one at a time, on any thread: for each line, as soon as its verdict is there, and before
  // each pause.
  std::function<void(const ImportVerdict& verdict)> on_verdict;
  std::function<void(absl::Duration pause, const std::string& reason)> on_wait;
};

// Links the lines; a verdict each, in their order. What may pass is tried again (import_retry.h);
// when that is about the server or LastPass as a whole, all lines wait together. When three lines
// in a row fail of what the others probably meet, too, or one of what they certainly do, the rest
// is not sent.
std::vector<ImportVerdict> LinkAll(const ImportRun& run, std::vector<ImportLine>& lines);

}  // namespace credlink::cli
