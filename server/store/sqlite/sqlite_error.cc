#include "server/store/sqlite/sqlite_error.h"

#include <cerrno>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"

namespace credlink::sqlite {
namespace {

bool DiskIsFull(int system_error) { return system_error == ENOSPC || system_error == EDQUOT; }

Severity Sort(int code, int system_error) {
  switch (code) {
    // SQLite knows ENOSPC as SQLITE_FULL only where it writes the database and the WAL. A sync that
    // failed is fatal whatever the cause: the kernel may have dropped what was to be written.
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_SHMSIZE:
      return DiskIsFull(system_error) ? Severity::kPassing : Severity::kFatal;
    case SQLITE_IOERR_NOMEM:
      return Severity::kPassing;
  }
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_ERROR:
      return Severity::kAlone;
    case SQLITE_CORRUPT:
      return Severity::kDamaged;
    case SQLITE_FULL:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
      return Severity::kPassing;
    default:
      return Severity::kFatal;  // IOERR, NOTADB, READONLY, CANTOPEN, ...
  }
}

absl::StatusCode CodeOf(Severity severity) {
  switch (severity) {
    case Severity::kAlone:
      return absl::StatusCode::kFailedPrecondition;
    case Severity::kDamaged:
      return absl::StatusCode::kDataLoss;
    case Severity::kPassing:
      return absl::StatusCode::kUnavailable;
    case Severity::kFatal:
      break;
  }
  return absl::StatusCode::kInternal;
}

}  // namespace

absl::Status SqliteError(sqlite3* db, int code, absl::string_view doing) {
  int system_error = db != nullptr ? sqlite3_system_errno(db) : 0;
  const char* message = db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  std::string text = absl::StrCat("SQLite cannot ", doing, ": ", message, " (code ", code);
  // The errno is that of some earlier call unless this one was an I/O error.
  if ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN) {
    absl::StrAppend(&text, ", ", std::strerror(system_error));
  }
  text += ")";
  return absl::Status(CodeOf(Sort(code, system_error)), text);
}

Severity SeverityOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kFailedPrecondition:
      return Severity::kAlone;
    case absl::StatusCode::kDataLoss:
      return Severity::kDamaged;
    case absl::StatusCode::kUnavailable:
      return Severity::kPassing;
    default:
      return Severity::kFatal;
  }
}

}  // namespace credlink::sqlite
