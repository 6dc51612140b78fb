#include "server/store/sqlite/sqlite_store.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/apply.h"
#include "server/store/sqlite/deployment_id.h"
#include "server/store/sqlite/migrations.h"
#include "server/store/sqlite/sqlite_error.h"

namespace credlink {

using sqlite::Connection;
using sqlite::ConnectionOptions;
using sqlite::Queries;
using sqlite::Writer;

namespace {

// Starts from an empty WAL. Should a sync have failed before a restart, the kernel may believe that
// the WAL's pages are on disk when they are not; copied into the database, they are written anew.
// And it may hold what was erased. False when somebody else reads the database.
absl::StatusOr<bool> EmptyWal(Connection& connection) {
  const int code = sqlite3_wal_checkpoint_v2(connection.handle(), nullptr,
                                             SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if ((code & 0xff) == SQLITE_BUSY) return false;
  if (code != SQLITE_OK) return sqlite::SqliteError(connection.handle(), code, "empty the WAL");
  return true;
}

absl::StatusOr<Connection> OpenForWriting(const SqliteOptions& options, bool& wal_is_empty) {
  absl::StatusOr<Connection> connection = Connection::Open(ConnectionOptions{
      options.path, options.vfs, false, options.writer_cache_kib, options.lock_wait});
  if (!connection.ok()) return connection;
  absl::Status status = sqlite::CheckSchema(*connection);
  if (status.ok()) status = connection->Execute("PRAGMA journal_mode=WAL");
  if (!status.ok()) return status;
  absl::StatusOr<bool> emptied = EmptyWal(*connection);
  if (!emptied.ok()) return emptied.status();
  wal_is_empty = *emptied;
  status = sqlite::Migrate(*connection);
  if (!status.ok()) return status;
  return connection;
}

// What `read` answers when all its lookups see the store at one time.
template <typename Read>
auto InSnapshot(Queries& queries, Read read) -> decltype(read()) {
  absl::Status status = queries.begin_read.Run();
  if (!status.ok()) return status;
  auto answer = read();
  status = answer.ok() ? queries.commit.Run() : queries.rollback.Run();
  if (answer.ok() && !status.ok()) return status;
  return answer;
}

absl::Status Explain(const SqliteOptions& options, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat("the store ", options.path,
                                                  " cannot be opened: ", status.message()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(SqliteOptions options) {
  absl::StatusOr<sqlite::DirectoryLock> lock = sqlite::DirectoryLock::Acquire(options.path);
  if (!lock.ok()) return Explain(options, lock.status());
  std::unique_ptr<SqliteStore> store(new SqliteStore(options, *std::move(lock)));
  absl::Status status = store->Start(options);
  if (!status.ok()) return Explain(options, status);
  return store;
}

SqliteStore::SqliteStore(SqliteOptions options, sqlite::DirectoryLock lock)
    : lock_(std::move(lock)),
      vfs_(options.vfs),
      state_(std::move(options.on_failure), std::move(options.on_trouble)) {}

SqliteStore::~SqliteStore() = default;

absl::Status SqliteStore::Start(SqliteOptions options) {
  options.vfs = vfs_.name();
  absl::Status status = sqlite::MakeFilesPrivate(options.path);
  if (!status.ok()) return status;
  bool wal_is_empty = false;
  absl::StatusOr<Connection> connection = OpenForWriting(options, wal_is_empty);
  if (!connection.ok()) return connection.status();
  absl::StatusOr<std::string> id = sqlite::EnsureDeploymentId(*connection);
  if (!id.ok()) return id.status();
  deployment_id_ = *std::move(id);
  absl::StatusOr<std::unique_ptr<Queries>> queries = Queries::Prepare(*connection);
  if (!queries.ok()) return queries.status();

  std::vector<Connection> reading;
  for (int i = 0; i < options.readers; ++i) {
    absl::StatusOr<Connection> reader =
        Connection::Open(ConnectionOptions{options.path, options.vfs});
    if (!reader.ok()) return reader.status();
    reading.push_back(*std::move(reader));
  }
  auto readers = sqlite::Readers::Start(std::move(reading), state_, options.queue_limit);
  if (!readers.ok()) return readers.status();
  const sqlite::CheckpointOptions checkpoints{options.checkpoint_pages, options.lock_wait,
                                              options.erase_wait, !wal_is_empty};
  writer_ = std::make_unique<sqlite::Writer>(
      *std::move(connection), *std::move(queries), state_,
      sqlite::WriterOptions{options.queue_limit, options.group_limit, options.erase_wait,
                            checkpoints});
  readers_ = *std::move(readers);
  return absl::OkStatus();
}

Task<absl::StatusOr<ChangeOutcome>> SqliteStore::Apply(ChangeSet changes) {
  // Serialised here, on the caller's thread, so that the writer only writes.
  sqlite::ChangeSetRows rows(std::move(changes));
  const Writer::Kind kind = rows.erases() ? Writer::kErases : Writer::kPlain;
  return writer_->Run<ChangeOutcome>(
      [rows = std::move(rows)](Queries& queries) { return sqlite::Apply(queries, rows); }, kind);
}

Task<absl::Status> SqliteStore::AwaitErased() {
  auto nothing = [](Queries&) -> absl::StatusOr<bool> { return true; };
  const absl::StatusOr<bool> done = co_await writer_->Run<bool>(nothing, Writer::kAwaitsErased);
  co_return done.status();
}

Task<absl::StatusOr<ChangeOutcome>> SqliteStore::CheckInsert(LinkQuery query) {
  // One snapshot: a change between two of the lookups must not be half seen.
  return readers_->Run<ChangeOutcome>([query = std::move(query)](Queries& queries) {
    return InSnapshot(queries, [&] { return sqlite::CheckInsert(queries, query); });
  });
}

Task<absl::StatusOr<absl::optional<RequestRecord>>> SqliteStore::FindRequest(std::string tenant,
                                                                             std::string request_id,
                                                                             absl::Time now) {
  return readers_->Run<absl::optional<RequestRecord>>(
      [tenant = std::move(tenant), request_id = std::move(request_id), now](Queries& queries) {
        return queries.requests.Find(tenant, request_id, now);
      });
}

Task<absl::StatusOr<absl::optional<AccountRecord>>> SqliteStore::GetAccount(
    std::string tenant, std::string account_id) {
  return readers_->Run<absl::optional<AccountRecord>>(
      [tenant = std::move(tenant), account_id = std::move(account_id)](Queries& queries) {
        return queries.records.Find(tenant, account_id);
      });
}

Task<absl::StatusOr<std::vector<AccountRecord>>> SqliteStore::ListSiblings(SiblingQuery query) {
  return readers_->Run<std::vector<AccountRecord>>(
      [query = std::move(query)](Queries& queries) { return queries.records.ListSiblings(query); });
}

Task<absl::Status> SqliteStore::PostponeCheck(AccountKey key, absl::Time due) {
  auto postpone = [key = std::move(key), due](Queries& queries) -> absl::StatusOr<bool> {
    absl::Status status = queries.accounts.Postpone(key, due);
    if (!status.ok()) return status;
    return true;
  };
  const absl::StatusOr<bool> done = co_await writer_->Run<bool>(std::move(postpone));
  co_return done.status();
}

Task<absl::StatusOr<AccountPage>> SqliteStore::ListAccounts(ListQuery query) {
  return readers_->Run<AccountPage>(
      [query = std::move(query)](Queries& queries) { return queries.lists.List(query); });
}

Task<absl::StatusOr<AccountCount>> SqliteStore::CountAccounts(ListQuery query) {
  return readers_->Run<AccountCount>(
      [query = std::move(query)](Queries& queries) { return queries.lists.Count(query); });
}

Task<absl::StatusOr<absl::optional<std::string>>> SqliteStore::GetSealedCredential(
    std::string tenant, std::string account_id, int64_t version) {
  return readers_->Run<absl::optional<std::string>>(
      [tenant = std::move(tenant), account_id = std::move(account_id), version](Queries& queries) {
        return queries.records.FindCredential(tenant, account_id, version);
      });
}

Task<absl::StatusOr<DueAccounts>> SqliteStore::ListDue(DueQuery query) {
  return readers_->Run<DueAccounts>(
      [query = std::move(query)](Queries& queries) { return queries.schedule.ListDue(query); });
}

Task<absl::StatusOr<std::vector<AccountKey>>> SqliteStore::ListPurgeable(absl::Time now,
                                                                         int limit) {
  return readers_->Run<std::vector<AccountKey>>(
      [now, limit](Queries& queries) { return queries.schedule.ListPurgeable(now, limit); });
}

Task<absl::StatusOr<EventPage>> SqliteStore::ListEvents(std::string tenant, int64_t after,
                                                        int limit, size_t max_bytes) {
  // One snapshot: the events and how far they go.
  return readers_->Run<EventPage>(
      [tenant = std::move(tenant), after, limit, max_bytes](Queries& queries) {
        return InSnapshot(queries,
                          [&] { return queries.events.List(tenant, after, limit, max_bytes); });
      });
}

Task<absl::StatusOr<std::vector<TenantOutage>>> SqliteStore::ListOutages() {
  return readers_->Run<std::vector<TenantOutage>>(
      [](Queries& queries) { return queries.events.ListOutages(); });
}

Task<absl::StatusOr<int64_t>> SqliteStore::CompactEvents(absl::Time before, int limit) {
  return writer_->Run<int64_t>(
      [before, limit](Queries& queries) { return queries.events.Compact(before, limit); });
}

Task<absl::StatusOr<int64_t>> SqliteStore::ForgetRequests(absl::Time now, int limit) {
  return writer_->Run<int64_t>(
      [now, limit](Queries& queries) { return queries.requests.Forget(now, limit); });
}

Task<absl::StatusOr<absl::optional<WrappedKey>>> SqliteStore::FindTenantKey(std::string tenant,
                                                                            uint32_t version) {
  return readers_->Run<absl::optional<WrappedKey>>(
      [tenant = std::move(tenant), version](Queries& queries) {
        return queries.keys.Find(tenant, version);
      });
}

Task<absl::StatusOr<WrappedKey>> SqliteStore::InsertTenantKey(WrappedKey key) {
  return writer_->Run<WrappedKey>([key = std::move(key)](
                                      Queries& queries) -> absl::StatusOr<WrappedKey> {
    absl::Status status = queries.keys.InsertUnlessThere(key);
    if (!status.ok()) return status;
    absl::StatusOr<absl::optional<WrappedKey>> stored = queries.keys.Find(key.tenant, key.version);
    if (!stored.ok()) return stored.status();
    if (!stored->has_value()) return absl::InternalError("a key that was stored is not there");
    return **std::move(stored);
  });
}

}  // namespace credlink
