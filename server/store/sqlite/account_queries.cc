#include "server/store/sqlite/queries.h"

namespace credlink::sqlite {

static_assert(v1::Account::STATE_DELETED == 3, "the SQL of accounts says state <> 3");

AccountQueries::AccountQueries(Connection& connection)
    : insert_(connection.Prepare("INSERT INTO accounts (tenant, account_id, owner_id, provider,"
                                 " account_number, state, message)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")),
      insert_credential_(
          connection.Prepare("INSERT INTO credentials (tenant, account_id, version, sealed)"
                             " VALUES (?1, ?2, ?3, ?4)")),
      find_live_(connection.Prepare(
          "SELECT account_id FROM accounts INDEXED BY accounts_live WHERE tenant = ?1"
          " AND owner_id = ?2 AND provider = ?3 AND account_number = ?4 AND state <> 3")),
      find_message_(
          connection.Prepare("SELECT message FROM accounts WHERE tenant = ?1 AND account_id = ?2")),
      find_credential_(connection.Prepare("SELECT sealed FROM credentials WHERE tenant = ?1"
                                          " AND account_id = ?2 AND version = ?3")) {}

absl::Status AccountQueries::Insert(const AccountRow& row) {
  return insert_.Run(row.tenant, row.account_id, row.owner_id, row.provider, row.account_number,
                     row.state, Blob{row.message});
}

absl::Status AccountQueries::InsertCredential(absl::string_view tenant,
                                              absl::string_view account_id, int64_t version,
                                              absl::string_view sealed) {
  return insert_credential_.Run(tenant, account_id, version, Blob{sealed});
}

absl::StatusOr<absl::optional<std::string>> AccountQueries::FindLive(const LinkQuery& query) {
  return find_live_.Start(query.tenant, query.owner_id, query.provider, query.account_number)
      .OnlyBytes();
}

absl::StatusOr<absl::optional<std::string>> AccountQueries::FindMessage(
    absl::string_view tenant, absl::string_view account_id) {
  return find_message_.Start(tenant, account_id).OnlyBytes();
}

absl::StatusOr<absl::optional<std::string>> AccountQueries::FindCredential(
    absl::string_view tenant, absl::string_view account_id, int64_t version) {
  return find_credential_.Start(tenant, account_id, version).OnlyBytes();
}

}  // namespace credlink::sqlite
