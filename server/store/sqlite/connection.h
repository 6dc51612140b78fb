// A connection to the database file, set up the one way that the store uses.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/store/sqlite/statement.h"

namespace credlink::sqlite {

struct ConnectionOptions {
  std::string path;
  std::string vfs;        // a registered sqlite3_vfs; empty: the default
  bool read_only = true;  // refuses statements that write
  int cache_kib = 4096;
  absl::Duration lock_wait = absl::Seconds(5);  // for a lock that another process holds
};

// Used by one thread at a time.
class Connection {
 public:
  // Opens an existing file. It is changed only by statements that the caller runs.
  static absl::StatusOr<Connection> Open(const ConnectionOptions& options);

  // Runs constant SQL, one or more statements without parameters.
  absl::Status Execute(const char* sql);

  // The integer that a constant query answers with.
  absl::StatusOr<int64_t> Integer(const char* sql);

  // Prepares constant SQL. When it fails, the statement fails whenever it is run, and the first
  // such error is kept in prepare_status(), to be asked once after many statements.
  Statement Prepare(const std::string& sql);
  const absl::Status& prepare_status() const { return prepare_status_; }

  // How long from now on a lock is waited for.
  void WaitForLocks(absl::Duration most);

  // True between BEGIN and COMMIT. Some errors end a transaction by themselves.
  bool InTransaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }

  sqlite3* handle() { return db_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  explicit Connection(sqlite3* db) : db_(db) {}

  absl::Status Configure(const ConnectionOptions& options);

  std::unique_ptr<sqlite3, Close> db_;
  absl::Status prepare_status_;
};

}  // namespace credlink::sqlite
