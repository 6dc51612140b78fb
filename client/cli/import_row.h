// One line of an import before it is checked: what CSV and JSON lines have in common.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "client/cli/import_file.h"

namespace credlink::cli {

struct ImportRow {
  explicit ImportRow(int line) : line(line) {}

  // Takes a value by its column or key. False when there is no such key. An empty value is as none.
  bool Set(absl::string_view key, absl::string_view value);
  void AddFault(absl::string_view field, absl::string_view description);

  int line;
  v1::LinkAccountRequest request;
  // People paste the hash into the wrong field.
  Secret account_number;
  Secret hash;
  std::vector<ImportFault> faults;
};

// Whether Set() takes it.
bool IsImportKey(absl::string_view key);

// Checks the row and adds it to the file, as a line or as faults.
void AddRow(ImportRow row, ImportFile& file);

// What ReadImport() does for each of the two formats, but for the comparison of lines.
void ReadCsvRows(const std::string& parent, Secret& bytes, ImportFile& file);
void ReadJsonRows(const std::string& parent, const Secret& bytes, ImportFile& file);

}  // namespace credlink::cli
