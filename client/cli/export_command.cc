#include <iostream>
#include <set>

#include "absl/strings/str_cat.h"
#include "client/cli/account_spool.h"
#include "client/cli/calling.h"
#include "client/cli/commands.h"
#include "client/cli/csv.h"
#include "client/cli/export_columns.h"
#include "client/cli/output_file.h"
#include "client/cli/table.h"

namespace credlink::cli {
namespace {

using client::Client;

constexpr int kPage = 500;

v1::ListAccountsRequest RequestOf(const Options& options) {
  v1::ListAccountsRequest request;
  request.set_parent(Parent(options));
  request.set_page_size(kPage);
  request.set_filter(options.filter);
  request.set_show_deleted(options.show_deleted);
  return request;
}

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
absl::Status WriteCsv(const v1::ListAccountsRequest& request, Client& client, OutputFile& file,
                      int64_t& count) {
  AccountSpool accounts;
  std::set<std::string> annotations;
  absl::Status listed = client.ListAll(request, [&](const v1::Account& account) {
    for (const auto& [key, value] : account.annotations()) annotations.insert(key);
    ++count;
    return accounts.Add(account);
  });
  if (!listed.ok()) return listed;
  std::vector<std::string> header = ExportColumns();
  for (const std::string& key : annotations) header.push_back(absl::StrCat("annotation.", key));
  file.Write(CsvLine(header));
  return accounts.ForEach([&](const v1::Account& account) {
    file.Write(LineOf(account, annotations, file.IsTerminal()));
  });
}

absl::Status WriteJsonLines(const v1::ListAccountsRequest& request, Client& client,
                            OutputFile& file, int64_t& count) {
  absl::Status told;
  const absl::Status listed = client.ListAll(request, [&](const v1::Account& account) {
    const absl::StatusOr<std::string> line = ToJsonLine(account);
    told = line.status();
    ++count;
    if (line.ok()) file.Write(absl::StrCat(file.IsTerminal() ? Printable(*line) : *line, "\n"));
    return line.ok();
  });
  return listed.ok() ? told : listed;
}

bool IsJson(const Options& options) {
  if (options.file_format == FileFormat::kAsOutput) return options.format == Format::kJson;
  return options.file_format == FileFormat::kJsonLines;
}

}  // namespace

ExitCode Export(const Options& options, const Output& output) {
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  const auto file = OutputFile::Open(options.file);
  if (!file.ok()) return Fail(file.status(), output);
  const auto write = IsJson(options) ? WriteJsonLines : WriteCsv;
  int64_t count = 0;
  const absl::Status written = write(RequestOf(options), *client, **file, count);
  if (!written.ok()) return Fail(written, output);
  const absl::Status committed = (*file)->Commit();
  if (!committed.ok()) return Fail(committed, output);
  if (!options.file.empty() && options.file != "-") {
    std::cerr << count << " accounts in " << Printable(options.file) << "\n";
  }
  return kExitOk;
}

}  // namespace credlink::cli
