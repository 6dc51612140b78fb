// Text in columns for a terminal.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace credlink::cli {

// What others wrote, safe to print: control characters, which a terminal would obey, become '?'.
std::string Printable(absl::string_view text);

// Rows of cells, padded to columns, two spaces apart. Cells are made printable; the last column is
// not padded. Width is counted in characters.
class Table {
 public:
  void AddRow(std::vector<std::string> cells);
  std::string ToString() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace credlink::cli
