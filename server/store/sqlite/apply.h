// What a change set means, in whatever transaction the caller began.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "server/store/account_store.h"
#include "server/store/sqlite/queries.h"

namespace credlink::sqlite {

// AccountChange as the tables have it.
struct ChangeRows {
  AccountChange::Kind kind;
  int64_t revision;
  AccountRow row;
  std::vector<SealedVersion> add_credentials;
  std::vector<int64_t> drop_credentials;
};

// ChangeSet as the tables have it. Making it is all the work that needs no database.
struct ChangeSetRows {
  explicit ChangeSetRows(ChangeSet changes);

  std::string tenant;
  std::vector<ChangeRows> changes;
  std::vector<EventRow> events;
  absl::optional<RequestRecord> request;  // none when its id is empty
  absl::optional<Recheck> elsewhere;
  absl::Time now;

  bool erases() const;
};

// What is in the way of an insert; kApplied when nothing is.
absl::StatusOr<ChangeOutcome> CheckInsert(Queries& queries, const LinkQuery& query);

// Makes all changes if nothing is in the way. On an error some may be made: roll back.
absl::StatusOr<ChangeOutcome> Apply(Queries& queries, const ChangeSetRows& set);

}  // namespace credlink::sqlite
