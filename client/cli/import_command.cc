#include <unistd.h>

#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cli/calling.h"
#include "client/cli/commands.h"
#include "client/cli/import_run.h"
#include "client/cli/import_text.h"
#include "client/cli/interrupt.h"
#include "client/cli/progress_bar.h"
#include "client/cli/secret_input.h"
#include "client/cli/table.h"
#include "server/accounts/names.h"
#include "server/accounts/uuid.h"

namespace credlink::cli {
namespace {

using client::Client;

constexpr size_t kMaxFile = 256 << 20;

std::string NewImportId() {
  const absl::Time now = absl::Now();
  const std::string uuid = NewUuid(now);
  return absl::StrCat(absl::FormatTime("%Y-%m-%d", now, absl::UTCTimeZone()), "-",
                      uuid.substr(uuid.size() - 8));
}

// Reads the file, and answers with its lines only when all of them are in order.
absl::StatusOr<std::vector<ImportLine>> ReadLines(const Options& options) {
  if (!ParseTenantName(Parent(options))) {
    return absl::InvalidArgumentError("--tenant: not the name of a tenant");
  }
  absl::StatusOr<Secret> bytes = ReadSecretFile(options.file, kMaxFile);
  if (!bytes.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(options.file, ": ", bytes.status().message()));
  }
  ImportFile file = ReadImport(Parent(options), *std::move(bytes));
  if (!file.faults.empty()) return FaultsStatus(options.file, file.faults);
  return std::move(file.lines);
}

}  // namespace

ExitCode Import(const Options& options, const Output& output) {
  absl::StatusOr<std::vector<ImportLine>> lines = ReadLines(options);
  if (!lines.ok()) return Fail(lines.status(), output);
  Pace pace;
  const Interrupt interrupt([&pace] {
    pace.Stop();
    std::cerr << "\nStopping, once the lines in flight are done.\n";
  });
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  std::ofstream results_file;
  if (!options.results_file.empty()) {
    // Before anything is sent: it is no good to find out afterwards.
    results_file.open(options.results_file, std::ios::trunc);
    if (!results_file) {
      return Fail(absl::InvalidArgumentError("--results: cannot write that file"), output);
    }
  }

  const std::string import_id = options.import_id.empty() ? NewImportId() : options.import_id;
  std::cerr << "After a break, run the same again with --import-id " << Printable(import_id)
            << "\n";
  std::ostream& results = options.results_file.empty() ? std::cout : results_file;
  std::vector<ImportVerdict> verdicts;
  {
    ProgressBar bar(lines->size(), isatty(STDERR_FILENO));
    const auto on_verdict = [&](const ImportVerdict& verdict) {
      // At once, so that none is lost whatever happens to this program.
      if (options.format == Format::kJson) {
        bar.Clear();
        results << VerdictJson(verdict) << std::flush;
      }
      bar.Advance();
    };
    const auto on_wait = [&bar](absl::Duration pause, const std::string& reason) {
      bar.Say(absl::StrCat("waiting ", absl::ToInt64Seconds(absl::Ceil(pause, absl::Seconds(1))),
                           " s: ", Printable(reason)));
    };
    verdicts = LinkAll(
        {*client, import_id, options.concurrency, options.validate_only, pace, on_verdict, on_wait},
        *lines);
  }
  if (options.format == Format::kText) results << VerdictsText(verdicts) << std::flush;
  std::cerr << SummaryText(verdicts, import_id, options.validate_only);
  const ExitCode code = WorstOf(verdicts);
  if (!results.good()) {
    return Fail(absl::InternalError("cannot write what became of the lines"), output);
  }
  return code;
}

}  // namespace credlink::cli
