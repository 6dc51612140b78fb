// The columns of an exported CSV file, but for those of the annotations.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "credlink/v1/account.pb.h"

namespace credlink::cli {

// Their names, in order. Those that import has are spelled as there; it passes over the others.
std::vector<std::string> ExportColumns();
bool IsExportColumn(absl::string_view name);

// An account's cells, in the same order.
std::vector<std::string> ExportCells(const v1::Account& account);

}  // namespace credlink::cli
