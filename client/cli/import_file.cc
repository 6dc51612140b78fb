#include "client/cli/import_file.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/cli/import_row.h"

namespace credlink::cli {
namespace {

constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";

// Finds what two lines have in common and must not.
class Duplicates {
 public:
  explicit Duplicates(ImportFile& file) : file_(file) {}

  void Check(int line, const char* field, const std::string& key, const char* what) {
    const auto [first, is_new] = lines_.emplace(absl::StrCat(field, " ", key), line);
    if (is_new) return;
    file_.faults.push_back({line, field, absl::StrCat(what, " as line ", first->second, ".")});
  }

 private:
  ImportFile& file_;
  std::map<std::string, int> lines_;
};

void CompareLines(ImportFile& file) {
  Duplicates duplicates(file);
  for (const ImportLine& line : file.lines) {
    const v1::LinkAccountRequest& request = line.request;
    duplicates.Check(line.line, "account_number",
                     absl::StrCat(line.account_number, " ", request.owner().id()),
                     "The same owner and account number");
    if (!request.account_id().empty()) {
      duplicates.Check(line.line, "account_id", request.account_id(), "The same id");
    }
    if (!request.request_id().empty()) {
      duplicates.Check(line.line, "request_id", request.request_id(), "The same id");
    }
  }
}

}  // namespace

ImportFile ReadImport(const std::string& parent, Secret bytes) {
  absl::string_view text = bytes.Reveal();
  if (absl::ConsumePrefix(&text, kByteOrderMark)) bytes = Secret(text);
  text = absl::StripLeadingAsciiWhitespace(bytes.Reveal());
  ImportFile file;
  if (!text.empty() && text.front() == '{') {
    ReadJsonRows(parent, bytes, file);
  } else {
    ReadCsvRows(parent, bytes, file);
  }
  CompareLines(file);
  std::stable_sort(file.faults.begin(), file.faults.end(),
                   [](const ImportFault& a, const ImportFault& b) { return a.line < b.line; });
  if (file.faults.empty() && file.lines.empty()) {
    file.faults.push_back({1, "", "There is no account in it."});
  }
  return file;
}

}  // namespace credlink::cli
