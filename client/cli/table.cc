#include "client/cli/table.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace credlink::cli {
namespace {

size_t Width(absl::string_view utf8) {
  return std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xc0) != 0x80; });
}

}  // namespace

std::string Printable(absl::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char next = i + 1 < text.size() ? text[i + 1] : 0;
    // U+0080 to U+009F: the control characters that UTF-8 writes in two bytes.
    const bool two_byte_control =
        static_cast<unsigned char>(text[i]) == 0xc2 && next >= 0x80 && next < 0xa0;
    safe.push_back(absl::ascii_iscntrl(text[i]) || two_byte_control ? '?' : text[i]);
    if (two_byte_control) ++i;
  }
  return safe;
}

void Table::AddRow(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = Printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::ToString() const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  std::string text;
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text.append(widths[i] - Width(row[i]) + 2, ' ');
    }
    text += '\n';
  }
  return text;
}

}  // namespace credlink::cli
