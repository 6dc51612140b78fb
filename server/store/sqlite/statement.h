// Prepared statements. Values reach SQL only as bound parameters.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "absl/types/variant.h"

namespace credlink::sqlite {

// Marks bytes that are stored as BLOB; a plain string_view is stored as TEXT. Both may hold any
// bytes, NUL included.
struct Blob {
  absl::string_view bytes;
};

// A value for a parameter that is known at run time only.
using Value = absl::variant<int64_t, std::string>;

// One run of a statement. Ends with the cursor, which leaves the statement ready for the next run.
class Cursor {
 public:
  Cursor(sqlite3_stmt* statement, absl::Status status)
      : statement_(statement), status_(std::move(status)) {}
  ~Cursor();
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  // Steps to the next row. False at the end and on an error: then ask status().
  bool Next();
  const absl::Status& status() const { return status_; }

  // Columns of the row, from 0.
  std::string Bytes(int column) const;
  // The same, valid until the next step.
  absl::string_view View(int column) const;
  int64_t Integer(int column) const { return sqlite3_column_int64(statement_, column); }
  bool IsNull(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

  // For a query of one column and at most one row.
  absl::StatusOr<absl::optional<std::string>> OnlyBytes();

 private:
  sqlite3_stmt* statement_;
  absl::Status status_;
};

// Belongs to its connection's thread. Must go before its connection.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  static absl::StatusOr<Statement> Prepare(sqlite3* db, const std::string& sql);

  // Starts a run with values for ?1, ?2, ... The values must stay where they are until the cursor
  // ends; so must the statement, of which one run at a time is possible.
  template <typename... Values>
  Cursor Start(const Values&... values) {
    int index = 0;
    absl::Status status = Usable();
    (Bind(++index, values, status), ...);
    return Cursor(statement_.get(), std::move(status));
  }

  // The same with these for ?1, ?2, ...
  Cursor StartWith(absl::Span<const Value> values);

  // Runs to the end a statement whose rows do not matter.
  template <typename... Values>
  absl::Status Run(const Values&... values) {
    Cursor cursor = Start(values...);
    while (cursor.Next()) {
    }
    return cursor.status();
  }

  // How many rows the connection's last INSERT, UPDATE or DELETE concerned.
  int64_t Changes() const { return sqlite3_changes64(sqlite3_db_handle(statement_.get())); }

  // The row_id of the connection's last INSERT.
  int64_t InsertedRow() const {
    return sqlite3_last_insert_rowid(sqlite3_db_handle(statement_.get()));
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  absl::Status Usable() const;
  void Bind(int index, absl::string_view text, absl::Status& status);
  void Bind(int index, const std::string& text, absl::Status& status) {
    Bind(index, absl::string_view(text), status);
  }
  void Bind(int index, const Blob& blob, absl::Status& status);
  void Bind(int index, int64_t value, absl::Status& status);
  void Bind(int index, const absl::optional<int64_t>& value, absl::Status& status);
  void Keep(int code, absl::Status& status);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace credlink::sqlite
