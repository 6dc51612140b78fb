#include "server/store/sqlite/apply.h"

#include <algorithm>
#include <utility>

#include "server/store/micros.h"

namespace credlink::sqlite {
namespace {

// What is stored now of the accounts that a set changes, in its order; nullopt for what is not
// there.
using StoredRows = std::vector<absl::optional<StoredRow>>;

bool IsLive(const IndexedColumns& columns) { return columns.state != v1::Account::STATE_DELETED; }

bool HaveSameLink(const IndexedColumns& a, const IndexedColumns& b) {
  return a.owner_id == b.owner_id && a.provider == b.provider &&
         a.account_number == b.account_number;
}

absl::Status CheckRequest(Queries& queries, absl::string_view tenant, absl::string_view request_id,
                          absl::Time now, ChangeOutcome& outcome) {
  absl::StatusOr<absl::optional<RequestRecord>> seen =
      queries.requests.Find(tenant, request_id, now);
  if (!seen.ok() || !seen->has_value()) return seen.status();
  outcome.kind = ChangeOutcome::kRequestSeen;
  outcome.request = *std::move(seen);
  return absl::OkStatus();
}

absl::Status CheckPlace(Queries& queries, absl::string_view tenant, absl::string_view owner_id,
                        absl::string_view provider, absl::string_view account_number,
                        ChangeOutcome& outcome) {
  absl::StatusOr<absl::optional<std::string>> live =
      queries.accounts.FindLive(tenant, owner_id, provider, account_number);
  if (!live.ok() || !live->has_value()) return live.status();
  outcome.kind = ChangeOutcome::kAlreadyLinked;
  outcome.existing_account_id = **std::move(live);
  return absl::OkStatus();
}

absl::Status CheckLink(Queries& queries, absl::string_view tenant, const ChangeRows& change,
                       const absl::optional<StoredRow>& stored, ChangeOutcome& outcome) {
  const IndexedColumns& columns = change.row.columns;
  if (change.kind == AccountChange::kErase || !IsLive(columns)) return absl::OkStatus();
  const bool is_that_one = change.kind == AccountChange::kUpdate && stored &&
                           IsLive(stored->columns) && HaveSameLink(stored->columns, columns);
  if (is_that_one) return absl::OkStatus();
  return CheckPlace(queries, tenant, columns.owner_id, columns.provider, columns.account_number,
                    outcome);
}

absl::Status CheckId(Queries& queries, absl::string_view tenant, absl::string_view account_id,
                     ChangeOutcome& outcome) {
  absl::StatusOr<bool> taken = queries.accounts.IsTaken(tenant, account_id);
  if (!taken.ok()) return taken.status();
  if (*taken) outcome.kind = ChangeOutcome::kAccountIdTaken;
  return absl::OkStatus();
}

absl::StatusOr<ChangeOutcome> FindObstacle(Queries& queries, const ChangeSetRows& set,
                                           const StoredRows& stored) {
  ChangeOutcome outcome;
  absl::Status status;
  const auto goes_on = [&] { return status.ok() && outcome.kind == ChangeOutcome::kApplied; };
  if (set.request) {
    status = CheckRequest(queries, set.tenant, set.request->request_id, set.now, outcome);
  }
  for (size_t i = 0; goes_on() && i < set.changes.size(); ++i) {
    status = CheckLink(queries, set.tenant, set.changes[i], stored[i], outcome);
  }
  for (size_t i = 0; goes_on() && i < set.changes.size(); ++i) {
    if (set.changes[i].kind != AccountChange::kInsert) continue;
    status = CheckId(queries, set.tenant, set.changes[i].row.account_id, outcome);
  }
  for (size_t i = 0; goes_on() && i < set.changes.size(); ++i) {
    const ChangeRows& change = set.changes[i];
    if (change.kind == AccountChange::kInsert) continue;
    const bool any = change.kind == AccountChange::kErase && change.revision == 0;
    const bool is_there = stored[i] && (any || stored[i]->revision == change.revision);
    if (!is_there) outcome.kind = ChangeOutcome::kConflict;
  }
  if (!status.ok()) return status;
  return outcome;
}

absl::Status Make(Queries& queries, absl::string_view tenant, const ChangeRows& change,
                  const absl::optional<StoredRow>& stored) {
  const std::string& id = change.row.account_id;
  absl::Status status;
  switch (change.kind) {
    case AccountChange::kErase:
      return queries.accounts.Erase(tenant, id, stored->row_id);
    case AccountChange::kInsert:
      status = queries.accounts.Insert(tenant, change.row);
      break;
    case AccountChange::kUpdate:
      status = queries.accounts.Update(tenant, *stored, change.row);
      break;
  }
  for (size_t i = 0; status.ok() && i < change.drop_credentials.size(); ++i) {
    status = queries.accounts.DropCredential(tenant, id, change.drop_credentials[i]);
  }
  for (size_t i = 0; status.ok() && i < change.add_credentials.size(); ++i) {
    status = queries.accounts.InsertCredential(tenant, id, change.add_credentials[i]);
  }
  return status;
}

}  // namespace

ChangeSetRows::ChangeSetRows(ChangeSet set)
    : tenant(std::move(set.tenant)),
      request(std::move(set.request)),
      elsewhere(std::move(set.elsewhere)),
      now(set.now) {
  if (request && request->request_id.empty()) request.reset();
  for (AccountChange& change : set.changes) {
    const int64_t revision = change.record.revision;
    changes.push_back(ChangeRows{change.kind, revision, AccountRow(std::move(change.record)),
                                 std::move(change.add_credentials),
                                 std::move(change.drop_credentials)});
  }
  for (const v1::Event& event : set.events) {
    events.push_back(EventRow{event.type(), Micros(event.time()), event.SerializeAsString()});
  }
}

bool ChangeSetRows::erases() const {
  return std::any_of(changes.begin(), changes.end(),
                     [](const ChangeRows& change) { return change.kind == AccountChange::kErase; });
}

absl::StatusOr<ChangeOutcome> CheckInsert(Queries& queries, const LinkQuery& query) {
  ChangeOutcome outcome;
  absl::Status status = CheckPlace(queries, query.tenant, query.owner_id, query.provider,
                                   query.account_number, outcome);
  if (status.ok() && outcome.kind == ChangeOutcome::kApplied && !query.account_id.empty()) {
    status = CheckId(queries, query.tenant, query.account_id, outcome);
  }
  if (!status.ok()) return status;
  return outcome;
}

absl::StatusOr<ChangeOutcome> Apply(Queries& queries, const ChangeSetRows& set) {
  StoredRows stored(set.changes.size());
  for (size_t i = 0; i < set.changes.size(); ++i) {
    if (set.changes[i].kind == AccountChange::kInsert) continue;
    absl::StatusOr<absl::optional<StoredRow>> found =
        queries.accounts.Find(set.tenant, set.changes[i].row.account_id);
    if (!found.ok()) return found.status();
    stored[i] = *std::move(found);
  }
  absl::StatusOr<ChangeOutcome> outcome = FindObstacle(queries, set, stored);
  if (!outcome.ok() || outcome->kind != ChangeOutcome::kApplied) return outcome;

  absl::Status status;
  for (size_t i = 0; status.ok() && i < set.changes.size(); ++i) {
    status = Make(queries, set.tenant, set.changes[i], stored[i]);
  }
  if (status.ok()) status = queries.events.Append(set.tenant, set.events);
  if (status.ok() && set.request) {
    status = queries.requests.Put(set.tenant, *set.request);
  }
  if (status.ok() && set.elsewhere) {
    absl::StatusOr<bool> made_due = queries.accounts.MakeDue(set.tenant, *set.elsewhere, set.now);
    if (!made_due.ok()) return made_due.status();
    outcome->made_due = *made_due;
  }
  if (!status.ok()) return status;
  return outcome;
}

}  // namespace credlink::sqlite
