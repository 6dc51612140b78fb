#include <set>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/cli/csv.h"
#include "client/cli/export_columns.h"
#include "client/cli/import_row.h"

namespace credlink::cli {
namespace {

constexpr size_t kLongestName = 64;

bool IsName(absl::string_view text) {
  return text.size() <= kLongestName && absl::c_all_of(text, [](char c) {
           return absl::ascii_islower(c) || c == '_' || c == '.';
         });
}

// What is wrong with the header. Without one, the first line is an account, with its hash: names
// are repeated only where there is a header for certain, and only what looks like a name.
std::vector<ImportFault> CheckHeader(const CsvRecord& header) {
  std::vector<ImportFault> faults;
  const auto add = [&](std::string what) { faults.push_back({header.line, "", std::move(what)}); };
  const bool is_header = absl::c_linear_search(header.fields, "account_number");
  std::set<absl::string_view> seen;
  for (size_t i = 0; i < header.fields.size(); ++i) {
    const absl::string_view name = header.fields[i];
    const std::string column = is_header && IsName(name)
                                   ? absl::StrCat("Column ", i + 1, ", ", name, ",")
                                   : absl::StrCat("Column ", i + 1);
    if (!IsImportKey(name) && !IsExportColumn(name)) {
      add(absl::StrCat(column, " has a name that is not known; see credlink import --help."));
    } else if (!seen.insert(name).second) {
      add(absl::StrCat(column, " has the name of another one."));
    }
  }
  for (const char* needed : {"account_number", "provisioning_hash", "owner_id"}) {
    if (seen.count(needed) == 0) {
      add(absl::StrCat("There is no column ", needed,
                       "; the first line must name the columns, with commas between them."));
    }
  }
  return faults;
}

}  // namespace

void ReadCsvRows(const std::string& parent, Secret& bytes, ImportFile& file) {
  CsvReader reader(reinterpret_cast<char*>(bytes.mutable_data()), bytes.size());
  CsvRecord header;
  if (!reader.Next(header)) return;
  if (header.fault != nullptr) {
    file.faults.push_back({header.line, "", header.fault});
    return;
  }
  file.faults = CheckHeader(header);
  if (!file.faults.empty()) return;

  CsvRecord record;
  while (reader.Next(record)) {
    if (record.fault != nullptr || record.fields.size() != header.fields.size()) {
      file.faults.push_back({record.line, "",
                             record.fault != nullptr
                                 ? record.fault
                                 : absl::StrCat("There are ", record.fields.size(), " fields, and ",
                                                header.fields.size(), " columns in the header.")});
      continue;
    }
    ImportRow row(record.line);
    row.request.set_parent(parent);
    // Set() passes over the columns that only export has.
    for (size_t i = 0; i < record.fields.size(); ++i) {
      row.Set(header.fields[i], UnguardCell(record.fields[i]));
    }
    AddRow(std::move(row), file);
  }
}

}  // namespace credlink::cli
