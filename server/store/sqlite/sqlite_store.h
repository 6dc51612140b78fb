// Accounts and keys in one SQLite database on the local disk: the default store.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/store/account_store.h"
#include "server/store/key_store.h"
#include "server/store/sqlite/failure_state.h"
#include "server/store/sqlite/private_files.h"
#include "server/store/sqlite/readers.h"
#include "server/store/sqlite/scrubbing_vfs.h"
#include "server/store/sqlite/writer.h"

namespace credlink {

struct SqliteOptions {
  std::string path;  // the database, in a directory of mode 0700 that exists
  int readers = 2;   // threads

  int queue_limit = 4096;       // calls that wait for the writer, and that wait for the readers
  int group_limit = 256;        // writes in one transaction
  int checkpoint_pages = 1000;  // of 4 KiB: how long the WAL grows before it is copied back
  int writer_cache_kib = 8192;  // what the writer keeps of the database in memory

  absl::Duration lock_wait = absl::Seconds(5);    // for a lock that another process holds
  absl::Duration erase_wait = absl::Seconds(10);  // for those who read; see AwaitErased

  // Told once, on a thread of the store, when the disk or the file cannot be trusted any more: from
  // then on every call is refused, and only a restart helps. The text is for the operator's log.
  std::function<void(absl::Status)> on_failure;
  // Told of each error that passes: disk full, database locked; of pages that are damaged; and of
  // those who read so long that the WAL cannot be emptied. May come often.
  std::function<void(absl::Status)> on_trouble;

  std::string vfs;  // for tests: the name of a registered sqlite3_vfs
};

// Calls wait in their coroutines, never on a thread. A call that finds the queue full is refused
// with STORE_UNAVAILABLE at once.
class SqliteStore final : public AccountStore, public KeyStore {
 public:
  // Opens the database, making it if need be, brings its schema up to date, and keeps other
  // processes out until the store is destroyed. Errors have texts for the operator.
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(SqliteOptions options);

  // Does what was asked for before. No call may begin any more.
  ~SqliteStore() override;

  Task<absl::StatusOr<ChangeOutcome>> Apply(ChangeSet changes) override;
  Task<absl::Status> AwaitErased() override;
  Task<absl::StatusOr<ChangeOutcome>> CheckInsert(LinkQuery query) override;
  Task<absl::StatusOr<absl::optional<RequestRecord>>> FindRequest(std::string tenant,
                                                                  std::string request_id,
                                                                  absl::Time now) override;
  Task<absl::StatusOr<absl::optional<AccountRecord>>> GetAccount(std::string tenant,
                                                                 std::string account_id) override;
  Task<absl::StatusOr<std::vector<AccountRecord>>> ListSiblings(SiblingQuery query) override;
  Task<absl::StatusOr<AccountPage>> ListAccounts(ListQuery query) override;
  Task<absl::StatusOr<AccountCount>> CountAccounts(ListQuery query) override;
  Task<absl::StatusOr<absl::optional<std::string>>> GetSealedCredential(std::string tenant,
                                                                        std::string account_id,
                                                                        int64_t version) override;
  Task<absl::StatusOr<DueAccounts>> ListDue(DueQuery query) override;
  Task<absl::Status> PostponeCheck(AccountKey key, absl::Time due) override;
  Task<absl::StatusOr<std::vector<AccountKey>>> ListPurgeable(absl::Time now, int limit) override;
  Task<absl::StatusOr<EventPage>> ListEvents(std::string tenant, int64_t after, int limit,
                                             size_t max_bytes) override;
  Task<absl::StatusOr<std::vector<TenantOutage>>> ListOutages() override;
  Task<absl::StatusOr<int64_t>> CompactEvents(absl::Time before, int limit) override;
  Task<absl::StatusOr<int64_t>> ForgetRequests(absl::Time now, int limit) override;

  Task<absl::StatusOr<absl::optional<WrappedKey>>> FindTenantKey(std::string tenant,
                                                                 uint32_t version) override;
  Task<absl::StatusOr<WrappedKey>> InsertTenantKey(WrappedKey key) override;
  const std::string& deployment_id() const override { return deployment_id_; }

  sqlite::WriterStats stats() const { return writer_->stats(); }

 private:
  SqliteStore(SqliteOptions options, sqlite::DirectoryLock lock);
  absl::Status Start(SqliteOptions options);

  sqlite::DirectoryLock lock_;
  sqlite::ScrubbingVfs vfs_;
  sqlite::FailureState state_;
  std::string deployment_id_;
  std::unique_ptr<sqlite::Writer> writer_;
  std::unique_ptr<sqlite::Readers> readers_;  // goes first, so that the writer is the last to close
};

}  // namespace credlink
