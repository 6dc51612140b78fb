#include <atomic>
#include <iostream>
#include <set>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "client/cli/account_spool.h"
#include "client/cli/calling.h"
#include "client/cli/commands.h"
#include "client/cli/csv.h"
#include "client/cli/export_columns.h"
#include "client/cli/interrupt.h"
#include "client/cli/output_file.h"
#include "client/cli/table.h"

namespace credlink::cli {
namespace {

using client::Client;

constexpr int kPage = 500;

// The accounts of a tenant.
struct Listing {
  Client& client;
  v1::ListAccountsRequest request;
  const std::atomic<bool>& stopped;

  // How many there are, each of which `take` has taken; CANCELLED once stopped.
  absl::StatusOr<int64_t> Each(absl::FunctionRef<bool(const v1::Account&)> take) const {
    int64_t count = 0;
    absl::Status listed = client.ListAll(request, [&](const v1::Account& account) {
      ++count;
      return !stopped && take(account);
    });
    if (!listed.ok()) return listed;
    if (stopped) return absl::CancelledError("interrupted");
    return count;
  }
};

std::string LineOf(const v1::Account& account, const std::set<std::string>& annotations,
                   bool for_terminal) {
  std::vector<std::string> cells = ExportCells(account);
  for (const std::string& key : annotations) {
    const auto found = account.annotations().find(key);
    cells.push_back(found == account.annotations().end() ? "" : found->second);
  }
  for (std::string& cell : cells) cell = GuardCell(for_terminal ? Printable(cell) : cell);
  return CsvLine(cells);
}

// The header names every annotation that there is, so all accounts are read before it is written.
absl::StatusOr<int64_t> WriteCsv(const Listing& listing, OutputFile& file) {
  AccountSpool accounts;
  std::set<std::string> annotations;
  absl::StatusOr<int64_t> count = listing.Each([&](const v1::Account& account) {
    for (const auto& [key, value] : account.annotations()) annotations.insert(key);
    return accounts.Add(account);
  });
  if (!count.ok()) return count;
  std::vector<std::string> header = ExportColumns();
  for (const std::string& key : annotations) header.push_back(absl::StrCat("annotation.", key));
  file.Write(CsvLine(header));
  absl::Status read = accounts.ForEach([&](const v1::Account& account) {
    file.Write(LineOf(account, annotations, file.IsTerminal()));
  });
  if (!read.ok()) return read;
  return count;
}

absl::StatusOr<int64_t> WriteJsonLines(const Listing& listing, OutputFile& file) {
  absl::Status told;
  absl::StatusOr<int64_t> count = listing.Each([&](const v1::Account& account) {
    const absl::StatusOr<std::string> line = ToJsonLine(account);
    told = line.status();
    return line.ok() &&
           file.Write(absl::StrCat(file.IsTerminal() ? Printable(*line) : *line, "\n"));
  });
  if (!told.ok()) return told;
  return count;
}

bool IsJson(const Options& options) {
  if (options.file_format == FileFormat::kAsOutput) return options.format == Format::kJson;
  return options.file_format == FileFormat::kJsonLines;
}

}  // namespace

ExitCode Export(const Options& options, const Output& output) {
  std::atomic<bool> stopped = false;
  const Interrupt interrupt([&stopped] { stopped = true; });
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  const auto file = OutputFile::Open(options.file);
  if (!file.ok()) return Fail(file.status(), output);
  Listing listing{*client, {}, stopped};
  listing.request.set_parent(Parent(options));
  listing.request.set_page_size(kPage);
  listing.request.set_filter(options.filter);
  listing.request.set_show_deleted(options.show_deleted);
  const absl::StatusOr<int64_t> count =
      IsJson(options) ? WriteJsonLines(listing, **file) : WriteCsv(listing, **file);
  if (!count.ok()) return Fail(count.status(), output);
  const absl::Status committed = (*file)->Commit();
  if (!committed.ok()) return Fail(committed, output);
  if (!options.file.empty() && options.file != "-") {
    std::cerr << *count << " accounts in " << Printable(options.file) << "\n";
  }
  return kExitOk;
}

}  // namespace credlink::cli
