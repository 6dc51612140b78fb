// The SQL of the store, prepared once for each connection, by subject. Functions answer with errors
// of SqliteError and run in whatever transaction their caller began.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "server/store/sqlite/account_queries.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/event_queries.h"
#include "server/store/sqlite/key_queries.h"
#include "server/store/sqlite/list_queries.h"
#include "server/store/sqlite/request_queries.h"
#include "server/store/sqlite/schedule_queries.h"

namespace credlink::sqlite {

// All of them, on one connection, and its transactions.
struct Queries {
  static absl::StatusOr<std::unique_ptr<Queries>> Prepare(Connection& connection);
  explicit Queries(Connection& connection);

  AccountQueries accounts;
  RecordQueries records;
  ListQueries lists;
  ScheduleQueries schedule;
  EventQueries events;
  RequestQueries requests;
  KeyQueries keys;

  Statement begin_read;
  Statement begin_write;
  Statement commit;
  Statement rollback;
  Statement savepoint;
  Statement release;
  Statement rollback_to;
};

}  // namespace credlink::sqlite
