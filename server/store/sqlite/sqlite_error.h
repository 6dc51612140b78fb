// What went wrong in SQLite, sorted by what it means for the store.
#pragma once

#include <sqlite3.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace credlink::sqlite {

enum class Severity {
  kAlone,    // only this statement: a constraint, a value too big
  kDamaged,  // only what this statement reads: a page of it cannot be what was written
  kPassing,  // the whole transaction, but the next may succeed: disk full, locked, out of memory
  kFatal,    // the disk or the file cannot be trusted any more: nothing may be acknowledged
};

// The error of the last call on `db`, which returned the extended code `code`. The text is for the
// operator: it names SQLite's own message and what was being done, and never a value of a row.
absl::Status SqliteError(sqlite3* db, int code, absl::string_view doing);

// For statuses made by SqliteError; any other error is kFatal.
Severity SeverityOf(const absl::Status& status);

}  // namespace credlink::sqlite
