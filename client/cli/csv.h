// CSV as RFC 4180 has it: commas, and double quotes around what holds commas, quotes or line ends.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace credlink::cli {

struct CsvRecord {
  int line = 0;                           // where it begins, counted from 1
  std::vector<absl::string_view> fields;  // parts of the reader's text
  const char* fault = nullptr;  // what is wrong with it; its fields are then not all there
};

// Reads records from a text that it overwrites, so that no copy is made of what may be secret.
// Takes line ends of Unix and of Windows, and leaves out empty lines.
class CsvReader {
 public:
  CsvReader(char* text, size_t size) : at_(text), end_(text + size) {}

  // False at the end.
  bool Next(CsvRecord& record);

 private:
  bool AtLineEnd() const;
  void SkipLineEnd();
  absl::string_view ReadPlain(CsvRecord& record);
  absl::string_view ReadQuoted(CsvRecord& record);
  // After a fault: goes to the end of the line.
  void SkipLine();

  char* at_;
  char* const end_;
  int line_ = 1;
};

// Spreadsheets run what begins with one of = + - @, a tab or a carriage return as a formula. A
// guarded cell has an apostrophe before that, which they show as text; UnguardCell takes it away.
std::string GuardCell(const std::string& cell);
absl::string_view UnguardCell(absl::string_view cell);

// One line of CSV, with its end.
std::string CsvLine(const std::vector<std::string>& fields);

}  // namespace credlink::cli
