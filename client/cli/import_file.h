// The file that `import` reads: CSV with a header, or JSON lines.
#pragma once

#include <string>
#include <vector>

#include "credlink/v1/link_service.pb.h"
#include "server/secrets/secret.h"

namespace credlink::cli {

// An account to link.
struct ImportLine {
  int line = 0;                    // where it stands in the file
  v1::LinkAccountRequest request;  // without credentials; request_id may be empty
  std::string account_number;      // without leading zeros
  Secret hash;
};

// Something wrong with a line. Holds nothing of what the line says.
struct ImportFault {
  int line = 0;
  std::string field;  // a column or key; empty when it is about the whole line
  std::string description;
};

struct ImportFile {
  std::vector<ImportLine> lines;    // in the file's order
  std::vector<ImportFault> faults;  // all of them, in the file's order
};

// Reads a file's bytes, which it overwrites. Checks of every line what the server would find wrong
// with it before it asks LastPass, and that no two lines are about the same account. A file whose
// first character is a brace holds JSON lines.
ImportFile ReadImport(const std::string& parent, Secret bytes);

}  // namespace credlink::cli
