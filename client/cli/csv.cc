#include "client/cli/csv.h"

#include <algorithm>

namespace credlink::cli {
namespace {

constexpr char kQuoteInside[] = "a quotation mark inside a field that does not begin with one";
constexpr char kTextAfterQuote[] = "text after the quotation mark that ends a field";
constexpr char kNoEnd[] = "a quotation mark that is never closed";

// Whether it is a formula, with apostrophes before it or without: those that are part of the text
// have to come back, too.
bool IsFormula(absl::string_view cell) {
  const size_t first = cell.find_first_not_of('\'');
  return first != absl::string_view::npos &&
         absl::string_view("=+-@\t\r").find(cell[first]) != absl::string_view::npos;
}

}  // namespace

bool CsvReader::AtLineEnd() const {
  if (at_ == end_ || *at_ == '\n') return true;
  return *at_ == '\r' && at_ + 1 < end_ && at_[1] == '\n';
}

void CsvReader::SkipLineEnd() {
  if (at_ < end_ && *at_ == '\r') ++at_;
  if (at_ == end_) return;
  ++at_;
  ++line_;
}

void CsvReader::SkipLine() {
  at_ = std::find(at_, end_, '\n');
  SkipLineEnd();
}

absl::string_view CsvReader::ReadPlain(CsvRecord& record) {
  const char* begin = at_;
  for (; !AtLineEnd() && *at_ != ','; ++at_) {
    if (*at_ == '"') record.fault = kQuoteInside;
  }
  return absl::string_view(begin, at_ - begin);
}

absl::string_view CsvReader::ReadQuoted(CsvRecord& record) {
  const char* begin = ++at_;
  char* out = at_;
  for (; at_ < end_; ++at_) {
    if (*at_ == '"') {
      if (at_ + 1 == end_ || at_[1] != '"') break;
      ++at_;
    }
    if (*at_ == '\n') ++line_;
    *out++ = *at_;
  }
  if (at_ == end_) {
    record.fault = kNoEnd;
  } else {
    ++at_;
    if (!AtLineEnd() && *at_ != ',') record.fault = kTextAfterQuote;
  }
  return absl::string_view(begin, out - begin);
}

bool CsvReader::Next(CsvRecord& record) {
  while (at_ < end_ && AtLineEnd()) SkipLineEnd();
  if (at_ == end_) return false;
  record = {line_, {}, nullptr};
  while (true) {
    const bool quoted = at_ < end_ && *at_ == '"';
    record.fields.push_back(quoted ? ReadQuoted(record) : ReadPlain(record));
    if (record.fault != nullptr) {
      SkipLine();
      return true;
    }
    if (AtLineEnd()) {
      SkipLineEnd();
      return true;
    }
    ++at_;  // the comma
  }
}

std::string GuardCell(const std::string& cell) { return IsFormula(cell) ? "'" + cell : cell; }

absl::string_view UnguardCell(absl::string_view cell) {
  return !cell.empty() && cell[0] == '\'' && IsFormula(cell) ? cell.substr(1) : cell;
}

std::string CsvLine(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) line += ',';
    if (field.find_first_of(",\"\r\n") == std::string::npos) {
      line += field;
      continue;
    }
    line += '"';
    for (char c : field) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  return line + "\r\n";
}

}  // namespace credlink::cli
