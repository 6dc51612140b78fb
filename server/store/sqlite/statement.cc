#include "server/store/sqlite/statement.h"

#include "server/store/sqlite/sqlite_error.h"

namespace credlink::sqlite {

Cursor::~Cursor() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);  // repeats the error of the last step, which status_ has
  sqlite3_clear_bindings(statement_);
}

bool Cursor::Next() {
  if (!status_.ok()) return false;
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    status_ = SqliteError(sqlite3_db_handle(statement_), code, sqlite3_sql(statement_));
  }
  return false;
}

absl::string_view Cursor::View(int column) const {
  // In this order: the pointer first, then its length. SQLite gives null for empty values.
  const void* data = sqlite3_column_blob(statement_, column);
  int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? absl::string_view()
                         : absl::string_view(static_cast<const char*>(data), size);
}

std::string Cursor::Bytes(int column) const { return std::string(View(column)); }

absl::StatusOr<absl::optional<std::string>> Cursor::OnlyBytes() {
  absl::optional<std::string> found;
  if (Next()) found = Bytes(0);
  if (!status_.ok()) return status_;
  return found;
}

absl::StatusOr<Statement> Statement::Prepare(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v3(db, sql.c_str(), static_cast<int>(sql.size()) + 1,
                                SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return SqliteError(db, code, sql);
  return Statement(statement);
}

Cursor Statement::StartWith(absl::Span<const Value> values) {
  int index = 0;
  absl::Status status = Usable();
  for (const Value& value : values) {
    ++index;
    absl::visit([this, index, &status](const auto& held) { Bind(index, held, status); }, value);
  }
  return Cursor(statement_.get(), std::move(status));
}

absl::Status Statement::Usable() const {
  return statement_ != nullptr ? absl::OkStatus()
                               : absl::InternalError("a statement was not prepared");
}

// A null pointer would bind NULL, so empty values need one that is not.
void Statement::Bind(int index, absl::string_view text, absl::Status& status) {
  if (!status.ok()) return;
  Keep(sqlite3_bind_text64(statement_.get(), index, text.empty() ? "" : text.data(), text.size(),
                           SQLITE_STATIC, SQLITE_UTF8),
       status);
}

void Statement::Bind(int index, const Blob& blob, absl::Status& status) {
  if (!status.ok()) return;
  Keep(sqlite3_bind_blob64(statement_.get(), index, blob.bytes.empty() ? "" : blob.bytes.data(),
                           blob.bytes.size(), SQLITE_STATIC),
       status);
}

void Statement::Bind(int index, int64_t value, absl::Status& status) {
  if (!status.ok()) return;
  Keep(sqlite3_bind_int64(statement_.get(), index, value), status);
}

void Statement::Bind(int index, const absl::optional<int64_t>& value, absl::Status& status) {
  if (value) return Bind(index, *value, status);
  if (!status.ok()) return;
  Keep(sqlite3_bind_null(statement_.get(), index), status);
}

void Statement::Keep(int code, absl::Status& status) {
  if (code != SQLITE_OK) {
    status = SqliteError(sqlite3_db_handle(statement_.get()), code, "bind a value");
  }
}

}  // namespace credlink::sqlite
