#include "server/accounts/linker.h"

#include <functional>
#include <utility>

#include "server/accounts/account_factory.h"
#include "server/accounts/misplaced_secret.h"
#include "server/accounts/mutation.h"
#include "server/accounts/names.h"
#include "server/accounts/prove.h"
#include "server/accounts/reset_rule.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

LinkQuery PlaceOf(const v1::LinkAccountRequest& request, const CheckedCredentials& checked) {
  LinkQuery query;
  query.tenant = checked.tenant;
  query.account_id = request.account_id();
  query.owner_id = request.owner().id();
  query.provider = std::string(checked.provider->id());
  query.account_number = checked.read.credentials.account_number;
  return query;
}

template <typename Response>
void AddNotes(const std::vector<v1::InputNote>& notes, Response& response) {
  for (const v1::InputNote& note : notes) *response.add_notes() = note;
}

}  // namespace

Task<absl::StatusOr<v1::ValidateCredentialsResponse>> Linker::Validate(
    Caller caller, v1::ValidateCredentialsRequest& request, Deadline deadline) {
  FieldFaults faults;
  CheckedCredentials checked =
      CheckCredentials(request.parent(), *request.mutable_credentials(), providers_, faults);
  if (!faults.empty()) co_return faults.ToStatus();

  absl::StatusOr<ProbeResult> probe =
      co_await Prove(checked.provider, checked.read.credentials, deadline);
  if (!probe.ok()) co_return probe.status();
  log_.Info(
      "credentials validated",
      {{"caller", caller.identity},
       {"tenant", checked.tenant},
       {"account_number", checked.read.credentials.account_number},
       {"outcome", v1::Verdict::Outcome_Name(probe->verdict.outcome())},
       {"upstream_class", v1::UpstreamClass_Name(probe->verdict.evidence().upstream_class())}});

  v1::ValidateCredentialsResponse response;
  *response.mutable_verdict() = std::move(probe->verdict);
  response.set_account_number(checked.read.credentials.account_number);
  response.set_user_count(probe->user_count);
  AddNotes(checked.read.notes, response);
  co_return response;
}

Linker::Result Linker::Link(Caller caller, v1::LinkAccountRequest& request, Deadline deadline) {
  FieldFaults faults;
  const CheckedCredentials checked =
      CheckCredentials(request.parent(), *request.mutable_credentials(), providers_, faults);
  CheckLinkFields(request, faults);
  CheckHoldsNot(checked.read.credentials.secret, request, faults);
  if (!faults.empty()) co_return faults.ToStatus();
  const ProviderCredentials& credentials = checked.read.credentials;
  Mutation mutation;
  mutation.caller = std::move(caller);
  mutation.name.tenant = checked.tenant;
  mutation.name.account_id = request.account_id();
  mutation.request_id = request.request_id();
  mutation.validate_only = request.validate_only();
  SetDigest(keys_, request, credentials.account_number, credentials.secret, mutation);
  std::function<Result()> link = [this, &mutation, &request, &checked, deadline] {
    return ProveAndStore(mutation, request, checked, deadline);
  };
  absl::StatusOr<v1::LinkAccountResponse> response =
      co_await ledger_.Once(mutation, std::move(link));
  co_return response;
}

Linker::Result Linker::ProveAndStore(const Mutation& mutation,
                                     const v1::LinkAccountRequest& request,
                                     const CheckedCredentials& checked, Deadline deadline) {
  const ProviderCredentials& credentials = checked.read.credentials;
  // What stands in the way is told before LastPass is bothered.
  LinkQuery query = PlaceOf(request, checked);
  const absl::Status place = co_await ledger_.CheckPlace(std::move(query));
  if (!place.ok()) co_return place;
  absl::StatusOr<ProbeResult> probe = co_await Prove(checked.provider, credentials, deadline);
  if (!probe.ok()) co_return probe.status();
  const absl::Status proven = RequireValid(*probe, "link refused", mutation.caller, checked.tenant,
                                           credentials.account_number, log_);
  if (!proven.ok()) co_return proven;

  v1::LinkAccountResponse response;
  *response.mutable_verdict() = probe->verdict;
  AddNotes(checked.read.notes, response);
  v1::Account account = AccountFrom(request, checked.provider->id(), credentials.account_number,
                                    *probe, vault_.Fingerprint(checked.tenant, credentials.secret));
  *response.mutable_account() = account;
  Name(account, checked.tenant, request.account_id(), clock_.Now());
  AccountChange insertion;
  insertion.kind = AccountChange::kInsert;
  insertion.record.account_id = ParseAccountName(account.name())->account_id;
  insertion.record.credential_tag = vault_.Tag(account.provider(), credentials);
  insertion.record.check_due = schedule_.Next(account, FromProto(account.create_time()));
  insertion.record.account = account;
  if (mutation.validate_only) {
    const absl::StatusOr<ChangeSet> changes = co_await ChangesFor(mutation, insertion, response);
    if (!changes.ok()) co_return changes.status();
    co_return response;
  }

  *response.mutable_account() = account;
  absl::StatusOr<std::string> sealed =
      co_await vault_.Seal(checked.tenant, account, credentials.secret);
  if (!sealed.ok()) co_return sealed.status();
  insertion.add_credentials.push_back(SealedVersion{1, *std::move(sealed)});
  absl::StatusOr<v1::LinkAccountResponse> linked =
      co_await Store(mutation, insertion, std::move(response));
  co_return linked;
}

Linker::Result Linker::Store(const Mutation& mutation, const AccountChange& insertion,
                             v1::LinkAccountResponse response) {
  for (int attempt = 0; attempt < Ledger::kAttempts; ++attempt) {
    absl::StatusOr<ChangeSet> changes = co_await ChangesFor(mutation, insertion, response);
    if (!changes.ok()) co_return changes.status();
    const absl::StatusOr<absl::optional<Ledger::Committed>> committed =
        co_await ledger_.Commit(mutation, *std::move(changes), response.SerializeAsString());
    if (!committed.ok()) co_return committed.status();
    if (committed->has_value()) {
      co_return ParseAnswer<v1::LinkAccountResponse>((*committed)->response);
    }
  }
  co_return Fault(v1::ERROR_REASON_CONCURRENT_CHANGE);
}

Task<absl::StatusOr<ChangeSet>> Linker::ChangesFor(const Mutation& mutation,
                                                   const AccountChange& insertion,
                                                   v1::LinkAccountResponse& response) {
  const std::string& tenant = mutation.name.tenant;
  const std::string& actor = mutation.caller.identity;
  const v1::Account& account = insertion.record.account;
  const absl::Time now = FromProto(account.create_time());
  absl::StatusOr<std::vector<AccountRecord>> siblings =
      co_await store_.ListSiblings(SiblingsOf(tenant, insertion.record, kMaxSiblings));
  if (!siblings.ok()) co_return siblings.status();
  ChangeSet changes;
  changes.tenant = tenant;
  changes.changes.push_back(insertion);
  changes.events.push_back(MakeEvent(v1::Event::TYPE_LINKED, account, actor, now));
  response.clear_suspect_accounts();
  for (std::string& name : SuspectSiblings(insertion.record, *siblings, actor, now, changes)) {
    response.add_suspect_accounts(std::move(name));
  }
  co_return changes;
}

}  // namespace credlink
