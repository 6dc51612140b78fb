#include "server/store/sqlite/insert.h"

#include <utility>

namespace credlink::sqlite {
namespace {

LinkQuery QueryFor(const NewRows& rows) {
  const AccountRow& account = rows.account;
  return LinkQuery{account.tenant,
                   account.account_id,
                   account.owner_id,
                   account.provider,
                   account.account_number,
                   rows.request ? rows.request->request_id : std::string(),
                   rows.now};
}

}  // namespace

NewRows::NewRows(NewAccount account)
    : account{std::move(account.tenant),          std::move(account.account_id),
              account.account.owner().id(),       account.account.provider(),
              account.account.account_number(),   account.account.state(),
              account.account.SerializeAsString()},
      credential_version(account.account.credential().version()),
      sealed_credential(std::move(account.sealed_credential)),
      request(std::move(account.request)),
      now(account.now) {
  if (request && request->request_id.empty()) request.reset();
}

absl::StatusOr<InsertOutcome> FindObstacle(Queries& queries, const LinkQuery& query) {
  InsertOutcome outcome;
  if (!query.request_id.empty()) {
    absl::StatusOr<absl::optional<RequestRecord>> request =
        queries.requests.Find(query.tenant, query.request_id, query.now);
    if (!request.ok()) return request.status();
    if (request->has_value()) {
      outcome.kind = InsertOutcome::kRequestSeen;
      outcome.request = *std::move(request);
      return outcome;
    }
  }
  absl::StatusOr<absl::optional<std::string>> live = queries.accounts.FindLive(query);
  if (!live.ok()) return live.status();
  if (live->has_value()) {
    outcome.kind = InsertOutcome::kAlreadyLinked;
    outcome.existing_account_id = **live;
    return outcome;
  }
  if (query.account_id.empty()) return outcome;
  absl::StatusOr<absl::optional<std::string>> taken =
      queries.accounts.FindMessage(query.tenant, query.account_id);
  if (!taken.ok()) return taken.status();
  if (taken->has_value()) outcome.kind = InsertOutcome::kAccountIdTaken;
  return outcome;
}

absl::StatusOr<InsertOutcome> InsertRows(Queries& queries, const NewRows& rows) {
  absl::StatusOr<InsertOutcome> outcome = FindObstacle(queries, QueryFor(rows));
  if (!outcome.ok() || outcome->kind != InsertOutcome::kCreated) return outcome;
  const AccountRow& account = rows.account;
  absl::Status status = queries.accounts.Insert(account);
  if (!status.ok()) return status;
  status = queries.accounts.InsertCredential(account.tenant, account.account_id,
                                             rows.credential_version, rows.sealed_credential);
  if (!status.ok()) return status;
  if (rows.request) status = queries.requests.Put(account.tenant, *rows.request, rows.now);
  if (!status.ok()) return status;
  return outcome;
}

}  // namespace credlink::sqlite
