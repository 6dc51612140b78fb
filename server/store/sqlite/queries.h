// The SQL of the store, prepared once for each connection, by subject. Functions answer with errors
// of SqliteError and run in whatever transaction their caller began.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "server/store/account_store.h"
#include "server/store/key_store.h"
#include "server/store/sqlite/connection.h"

namespace credlink::sqlite {

// What the columns of `accounts` hold.
struct AccountRow {
  std::string tenant;
  std::string account_id;
  std::string owner_id;
  std::string provider;
  std::string account_number;
  int64_t state = 0;
  std::string message;
};

class AccountQueries {
 public:
  explicit AccountQueries(Connection& connection);

  absl::Status Insert(const AccountRow& row);
  absl::Status InsertCredential(absl::string_view tenant, absl::string_view account_id,
                                int64_t version, absl::string_view sealed);
  // The id of the live account of that owner, provider and account number.
  absl::StatusOr<absl::optional<std::string>> FindLive(const LinkQuery& query);
  absl::StatusOr<absl::optional<std::string>> FindMessage(absl::string_view tenant,
                                                          absl::string_view account_id);
  absl::StatusOr<absl::optional<std::string>> FindCredential(absl::string_view tenant,
                                                             absl::string_view account_id,
                                                             int64_t version);

 private:
  Statement insert_;
  Statement insert_credential_;
  Statement find_live_;
  Statement find_message_;
  Statement find_credential_;
};

class ListQueries {
 public:
  explicit ListQueries(Connection& connection);

  // The SQL for a query that restricts these; its parameters are tenant, after, owner_id, provider,
  // account_number and limit, used or not.
  static std::string Sql(bool by_owner, bool by_provider, bool by_number);

  absl::StatusOr<AccountPage> List(const ListQuery& query);

 private:
  std::array<Statement, 8> statements_;  // by what the query restricts, a bit each
};

class RequestQueries {
 public:
  explicit RequestQueries(Connection& connection);

  // The record, unless it expired before `now`.
  absl::StatusOr<absl::optional<RequestRecord>> Find(absl::string_view tenant,
                                                     absl::string_view request_id, absl::Time now);
  // Stores the record in the place of an expired one, and deletes a few others that expired, of any
  // tenant: more than one, so that they get fewer.
  absl::Status Put(absl::string_view tenant, const RequestRecord& record, absl::Time now);

 private:
  Statement find_;
  Statement put_;
  Statement delete_expired_;
};

class KeyQueries {
 public:
  explicit KeyQueries(Connection& connection);

  absl::StatusOr<absl::optional<WrappedKey>> Find(const std::string& tenant, uint32_t version);
  absl::Status InsertUnlessThere(const WrappedKey& key);

 private:
  Statement find_;
  Statement find_newest_;
  Statement insert_;
};

// All of them, on one connection, and its transactions.
struct Queries {
  static absl::StatusOr<std::unique_ptr<Queries>> Prepare(Connection& connection);
  explicit Queries(Connection& connection);

  AccountQueries accounts;
  ListQueries lists;
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
