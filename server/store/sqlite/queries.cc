#include "server/store/sqlite/queries.h"

namespace credlink::sqlite {

absl::StatusOr<std::unique_ptr<Queries>> Queries::Prepare(Connection& connection) {
  auto queries = std::make_unique<Queries>(connection);
  if (!connection.prepare_status().ok()) return connection.prepare_status();
  return queries;
}

Queries::Queries(Connection& connection)
    : accounts(connection),
      records(connection),
      lists(connection),
      schedule(connection),
      events(connection),
      requests(connection),
      keys(connection),
      begin_read(connection.Prepare("BEGIN")),
      begin_write(connection.Prepare("BEGIN IMMEDIATE")),
      commit(connection.Prepare("COMMIT")),
      rollback(connection.Prepare("ROLLBACK")),
      savepoint(connection.Prepare("SAVEPOINT one_write")),
      release(connection.Prepare("RELEASE one_write")),
      rollback_to(connection.Prepare("ROLLBACK TO one_write")) {}

}  // namespace credlink::sqlite
