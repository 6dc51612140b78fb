#include "server/store/sqlite/connection.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/scrubbing_vfs.h"
#include "server/store/sqlite/sqlite_error.h"

namespace credlink::sqlite {
namespace {

// No value that we store comes near it; what does is a bug, and fails alone.
constexpr int kLongestValue = 16 << 20;

// Debian builds SQLite with SQLITE_USE_URI, and some names are special. A name that begins with a
// directory is always a plain file.
std::string PlainPath(const std::string& path) {
  return path.front() == '/' ? path : absl::StrCat("./", path);
}

}  // namespace

absl::StatusOr<Connection> Connection::Open(const ConnectionOptions& options) {
  if (options.path.empty()) return absl::InvalidArgumentError("the database has no path");
  sqlite3* db = nullptr;
  // NOMUTEX: every connection belongs to one thread.
  int code = sqlite3_open_v2(PlainPath(options.path).c_str(), &db,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                             options.vfs.empty() ? nullptr : options.vfs.c_str());
  Connection connection(db);
  if (code != SQLITE_OK) return SqliteError(db, code, "open the database");
  absl::Status status = connection.Configure(options);
  if (!status.ok()) return status;
  return connection;
}

absl::Status Connection::Configure(const ConnectionOptions& options) {
  sqlite3* db = db_.get();
  WaitForLocks(options.lock_wait);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, kLongestValue);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  // A schema that somebody tampered with must not run code of its choice.
  const std::pair<int, int> switches[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
      {SQLITE_DBCONFIG_DQS_DDL, 0},        {SQLITE_DBCONFIG_DQS_DML, 0},
  };
  for (const auto& [option, value] : switches) {
    int code = sqlite3_db_config(db, option, value, nullptr);
    if (code != SQLITE_OK) return SqliteError(db, code, "be configured");
  }
  // No mmap: an I/O error under it is a SIGBUS. No temporary files beside the database.
  absl::Status status = Execute(
      "PRAGMA cell_size_check=ON;"
      "PRAGMA mmap_size=0;"
      "PRAGMA temp_store=MEMORY;"
      "PRAGMA secure_delete=ON;"
      "PRAGMA foreign_keys=ON;"
      "PRAGMA synchronous=FULL;"
      "PRAGMA journal_size_limit=16777216");
  if (!status.ok()) return status;
  status = Execute(
      absl::StrCat("PRAGMA cache_size=-", options.cache_kib, ";PRAGMA max_page_count=", kMostPages)
          .c_str());
  if (!status.ok() || !options.read_only) return status;
  return Execute("PRAGMA query_only=ON");
}

void Connection::WaitForLocks(absl::Duration most) {
  sqlite3_busy_timeout(db_.get(), static_cast<int>(absl::ToInt64Milliseconds(most)));
}

absl::Status Connection::Execute(const char* sql) {
  int code = sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : SqliteError(db_.get(), code, sql);
}

absl::StatusOr<int64_t> Connection::Integer(const char* sql) {
  Statement statement = Prepare(sql);
  Cursor cursor = statement.Start();
  if (cursor.Next()) return cursor.Integer(0);
  if (!prepare_status_.ok()) return prepare_status_;
  if (!cursor.status().ok()) return cursor.status();
  return absl::InternalError(absl::StrCat("no answer to ", sql));
}

Statement Connection::Prepare(const std::string& sql) {
  absl::StatusOr<Statement> statement = Statement::Prepare(db_.get(), sql);
  if (statement.ok()) return *std::move(statement);
  prepare_status_.Update(statement.status());
  return Statement(nullptr);
}

}  // namespace credlink::sqlite
