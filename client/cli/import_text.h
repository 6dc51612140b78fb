// What an import says: what is wrong with its file, and what became of its lines.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "client/cli/import_file.h"
#include "client/cli/import_run.h"
#include "client/cli/output.h"

namespace credlink::cli {

// All faults of a file as one INVALID_ARGUMENT, with a BadRequest.
absl::Status FaultsStatus(const std::string& file, const std::vector<ImportFault>& faults);

// A table, or a JSON object a line: line, account_number, result, account, reason.
std::string VerdictsText(const std::vector<ImportVerdict>& verdicts, Format format);

// "2 linked, 1 refused."
std::string SummaryText(const std::vector<ImportVerdict>& verdicts, bool validate_only);

}  // namespace credlink::cli
