// What an import says: what is wrong with its file, and what became of its lines.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "client/cli/import_file.h"
#include "client/cli/import_run.h"

namespace credlink::cli {

// All faults of a file as one INVALID_ARGUMENT, with a BadRequest.
absl::Status FaultsStatus(const std::string& file, const std::vector<ImportFault>& faults);

// A JSON object on a line, with its end: line, account_number, result, account, reason, message,
// next_step (actor, action, url), suspect_accounts, notes.
std::string VerdictJson(const ImportVerdict& verdict);

// A table; then what each reason means and whose move it is, once; suspect accounts; notes.
std::string VerdictsText(const std::vector<ImportVerdict>& verdicts);

// "2 linked, 1 refused."; how to go on when some were not sent.
std::string SummaryText(const std::vector<ImportVerdict>& verdicts, const std::string& import_id,
                        bool validate_only);

}  // namespace credlink::cli
