// The SQL of single accounts, their annotations and credentials.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "server/store/account_store.h"
#include "server/store/sqlite/account_row.h"
#include "server/store/sqlite/connection.h"

namespace credlink::sqlite {

// What is there of an account, its message aside.
struct StoredRow {
  int64_t row_id = 0;
  int64_t revision = 0;
  IndexedColumns columns;
};

class AccountQueries {
 public:
  explicit AccountQueries(Connection& connection);

  absl::StatusOr<absl::optional<StoredRow>> Find(absl::string_view tenant,
                                                 absl::string_view account_id);
  // The id of the live account of that owner, provider and account number.
  absl::StatusOr<absl::optional<std::string>> FindLive(absl::string_view tenant,
                                                       absl::string_view owner_id,
                                                       absl::string_view provider,
                                                       absl::string_view account_number);
  // Whether the tenant has, or had, an account of this id.
  absl::StatusOr<bool> IsTaken(absl::string_view tenant, absl::string_view account_id);

  absl::Status Insert(absl::string_view tenant, const AccountRow& row);
  // Writes no index that stays as it is.
  absl::Status Update(absl::string_view tenant, const StoredRow& old, const AccountRow& row);
  // With its annotations and credentials.
  absl::Status Erase(absl::string_view tenant, absl::string_view account_id, int64_t row_id);
  // See Recheck.
  absl::Status MakeDue(absl::string_view tenant, const Recheck& recheck);
  // See AccountStore::PostponeCheck.
  absl::Status Postpone(const AccountKey& key, absl::Time due);

  absl::Status InsertCredential(absl::string_view tenant, absl::string_view account_id,
                                const SealedVersion& credential);
  absl::Status DropCredential(absl::string_view tenant, absl::string_view account_id,
                              int64_t version);

 private:
  absl::Status SetAnnotations(absl::string_view tenant, int64_t row_id, const AccountRow& row);
  absl::StatusOr<bool> HasAnnotations(int64_t row_id, const AccountRow& row);

  Statement find_;
  Statement find_live_;
  Statement find_id_;
  Statement find_tombstone_;
  Statement insert_;
  Statement update_;
  Statement update_indexed_;
  Statement erase_;
  Statement erase_credentials_;
  Statement insert_tombstone_;
  Statement make_below_due_;
  Statement make_above_due_;
  Statement postpone_;
  Statement find_annotations_;
  Statement drop_annotations_;
  Statement insert_annotation_;
  Statement insert_credential_;
  Statement drop_credential_;
};

// Reads whole records.
class RecordQueries {
 public:
  explicit RecordQueries(Connection& connection);

  // INTEGRITY_FAILURE, a fault for the caller, when it is damaged.
  absl::StatusOr<absl::optional<AccountRecord>> Find(absl::string_view tenant,
                                                     absl::string_view account_id);
  // See AccountStore::ListSiblings.
  absl::StatusOr<std::vector<AccountRecord>> ListSiblings(const SiblingQuery& query);
  absl::StatusOr<absl::optional<std::string>> FindCredential(absl::string_view tenant,
                                                             absl::string_view account_id,
                                                             int64_t version);

 private:
  Statement find_;
  Statement siblings_below_;
  Statement siblings_above_;
  Statement find_credential_;
};

}  // namespace credlink::sqlite
