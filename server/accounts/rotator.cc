#include "server/accounts/rotator.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/accounts/account_factory.h"
#include "server/accounts/health.h"
#include "server/accounts/misplaced_secret.h"
#include "server/accounts/mutation.h"
#include "server/accounts/prove.h"
#include "server/accounts/reset_rule.h"
#include "server/accounts/states.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

constexpr size_t kMaxRotatedTogether = 1000;

// The version to go back to; 0 when it is not kept.
int64_t KeptVersion(const v1::Account& account, int64_t wanted) {
  for (const v1::CredentialInfo& info : account.previous_credentials()) {
    if (wanted == 0 || info.version() == wanted) return info.version();
  }
  return 0;
}

}  // namespace

Task<absl::StatusOr<v1::RotateCredentialsResponse>> Rotator::Rotate(
    Caller caller, v1::RotateCredentialsRequest& request, Deadline deadline) {
  FieldFaults faults;
  Mutation mutation = CheckMutation(std::move(caller), request, faults);
  const CheckedCredentials checked =
      CheckCredentials(*request.mutable_credentials(), providers_, faults);
  CheckHoldsNot(checked.read.credentials.secret, request, faults);
  if (!faults.empty()) co_return faults.ToStatus();
  const ProviderCredentials& credentials = checked.read.credentials;
  SetDigest(keys_, request, credentials.account_number, credentials.secret, mutation);
  Candidate candidate = MakeCandidate(mutation.name.tenant, checked.provider->id(), credentials);
  candidate.event = v1::Event::TYPE_CREDENTIALS_ROTATED;
  candidate.apply_to_siblings = request.apply_to_same_account_number();
  candidate.notes = checked.read.notes;
  std::function<Result()> rotate = [this, &mutation, &candidate, deadline] {
    return RotateInTurn(mutation, candidate, deadline);
  };
  absl::StatusOr<v1::RotateCredentialsResponse> response =
      co_await ledger_.Once(mutation, std::move(rotate));
  co_return response;
}

Task<absl::StatusOr<v1::RollbackCredentialsResponse>> Rotator::Rollback(
    Caller caller, v1::RollbackCredentialsRequest request, Deadline deadline) {
  FieldFaults faults;
  Mutation mutation = CheckMutation(std::move(caller), request, faults);
  if (request.version() < 0) {
    faults.Add("version", v1::ERROR_REASON_FIELD_MALFORMED, "Must not be negative.");
  }
  if (!faults.empty()) co_return faults.ToStatus();
  SetDigest(keys_, request, "", Secret(), mutation);
  const int64_t version = request.version();
  std::function<Result()> roll_back = [this, &mutation, version, deadline] {
    return RollbackInTurn(mutation, version, deadline);
  };
  absl::StatusOr<v1::RotateCredentialsResponse> swapped =
      co_await ledger_.Once(mutation, std::move(roll_back));
  if (!swapped.ok()) co_return swapped.status();
  v1::RollbackCredentialsResponse response;
  response.mutable_account()->Swap(swapped->mutable_account());
  response.mutable_verdict()->Swap(swapped->mutable_verdict());
  response.mutable_suspect_accounts()->Swap(swapped->mutable_suspect_accounts());
  co_return response;
}

// Only who has an account of the company waits for its turn.
Rotator::Result Rotator::RotateInTurn(const Mutation& mutation, const Candidate& candidate,
                                      Deadline deadline) {
  const absl::StatusOr<Company> company = co_await LoadFor(mutation, candidate);
  if (!company.ok()) co_return company.status();
  std::function<Result()> rotate = [this, &mutation, &candidate, deadline] {
    return ProveAndSwap(mutation, candidate, deadline);
  };
  absl::StatusOr<v1::RotateCredentialsResponse> response =
      co_await InTurn(mutation, company->record.account, std::move(rotate));
  co_return response;
}

Rotator::Result Rotator::RollbackInTurn(const Mutation& mutation, int64_t wanted,
                                        Deadline deadline) {
  const absl::StatusOr<AccountRecord> record = co_await LoadKeeping(mutation, wanted);
  if (!record.ok()) co_return record.status();
  std::function<Result()> roll_back = [this, &mutation, wanted, deadline] {
    return ProveKept(mutation, wanted, deadline);
  };
  absl::StatusOr<v1::RotateCredentialsResponse> response =
      co_await InTurn(mutation, record->account, std::move(roll_back));
  co_return response;
}

Rotator::Result Rotator::InTurn(const Mutation& mutation, const v1::Account& account,
                                std::function<Result()> run) {
  const absl::optional<KeyedMutex::Held> turn =
      co_await companies_.Lock(absl::StrCat(account.provider(), "/", account.account_number()));
  if (!turn) co_return Fault(v1::ERROR_REASON_CANCELLED);
  // The same request may have been done while this one waited.
  absl::StatusOr<v1::RotateCredentialsResponse> response =
      co_await ledger_.Once(mutation, std::move(run));
  co_return response;
}

Task<absl::StatusOr<Rotator::Company>> Rotator::LoadFor(const Mutation& mutation,
                                                        const Candidate& candidate) {
  absl::StatusOr<AccountRecord> record = co_await ledger_.Load(mutation);
  if (!record.ok()) co_return record.status();
  absl::Status status = RequireNotDeleted(record->account);
  if (status.ok()) status = RequireSameCompany(record->account, candidate);
  if (!status.ok()) co_return status;
  SiblingQuery query = SiblingsOf(mutation.name.tenant, *record, kMaxRotatedTogether + 1);
  query.other_than_tag = candidate.tag;
  query.only_working = !candidate.apply_to_siblings;
  absl::StatusOr<std::vector<AccountRecord>> siblings =
      co_await store_.ListSiblings(std::move(query));
  if (!siblings.ok()) co_return siblings.status();
  const auto is_itself = [&record](const AccountRecord& sibling) {
    return sibling.account_id == record->account_id;
  };
  siblings->erase(std::remove_if(siblings->begin(), siblings->end(), is_itself), siblings->end());
  if (candidate.apply_to_siblings && siblings->size() >= kMaxRotatedTogether) {
    co_return StateFault(v1::ERROR_REASON_TOO_MANY_ACCOUNTS, record->account);
  }
  Company company{*std::move(record), *std::move(siblings)};
  co_return company;
}

Task<absl::StatusOr<AccountRecord>> Rotator::LoadKeeping(const Mutation& mutation, int64_t wanted) {
  absl::StatusOr<AccountRecord> record = co_await ledger_.Load(mutation);
  if (!record.ok()) co_return record.status();
  if (absl::Status status = RequireNotDeleted(record->account); !status.ok()) co_return status;
  if (KeptVersion(record->account, wanted) == 0) {
    co_return StateFault(v1::ERROR_REASON_CREDENTIAL_VERSION_NOT_KEPT, record->account);
  }
  co_return record;
}

Rotator::Result Rotator::ProveKept(const Mutation& mutation, int64_t wanted, Deadline deadline) {
  absl::StatusOr<AccountRecord> record = co_await LoadKeeping(mutation, wanted);
  if (!record.ok()) co_return record.status();
  const v1::Account& account = record->account;
  const std::string& tenant = mutation.name.tenant;
  absl::StatusOr<Secret> secret =
      co_await vault_.Open(tenant, *record, KeptVersion(account, wanted));
  if (!secret.ok()) co_return secret.status();
  const ProviderCredentials credentials{account.account_number(), *std::move(secret)};
  Candidate candidate = MakeCandidate(tenant, account.provider(), credentials);
  candidate.event = v1::Event::TYPE_CREDENTIALS_ROLLED_BACK;
  absl::StatusOr<v1::RotateCredentialsResponse> response =
      co_await ProveAndSwap(mutation, candidate, deadline);
  co_return response;
}

absl::Status Rotator::RequireSameCompany(const v1::Account& account, const Candidate& candidate) {
  if (account.provider() == candidate.provider &&
      account.account_number() == candidate.credentials.account_number) {
    return absl::OkStatus();
  }
  FieldFaults faults;
  faults.Add("credentials.lastpass.account_number", v1::ERROR_REASON_ACCOUNT_NUMBER_MISMATCH);
  return faults.ToStatus();
}

Rotator::Candidate Rotator::MakeCandidate(absl::string_view tenant, absl::string_view provider,
                                          const ProviderCredentials& credentials) const {
  return Candidate{std::string(provider), credentials, vault_.Tag(provider, credentials),
                   vault_.Fingerprint(tenant, credentials.secret)};
}

Rotator::Result Rotator::ProveAndSwap(const Mutation& mutation, const Candidate& candidate,
                                      Deadline deadline) {
  const ProviderCredentials& credentials = candidate.credentials;
  // What stands in the way is told before LastPass is bothered.
  const absl::StatusOr<Company> company = co_await LoadFor(mutation, candidate);
  if (!company.ok()) co_return company.status();
  absl::StatusOr<ProbeResult> probe =
      co_await Prove(providers_.Find(candidate.provider), credentials, deadline);
  if (!probe.ok()) co_return probe.status();
  absl::Status status = RequireValid(*probe, "rotation refused", mutation.caller,
                                     mutation.name.tenant, credentials.account_number, log_);
  if (!status.ok()) co_return status;

  for (int attempt = 0; attempt < Ledger::kAttempts; ++attempt) {
    absl::StatusOr<absl::optional<v1::RotateCredentialsResponse>> response =
        co_await Swap(mutation, candidate, *probe);
    if (!response.ok()) co_return response.status();
    if (response->has_value()) co_return **std::move(response);
  }
  co_return Fault(v1::ERROR_REASON_CONCURRENT_CHANGE);
}

Task<absl::StatusOr<absl::optional<v1::RotateCredentialsResponse>>> Rotator::Swap(
    const Mutation& mutation, const Candidate& candidate, const ProbeResult& probe) {
  const std::string& tenant = mutation.name.tenant;
  const std::string& actor = mutation.caller.identity;
  absl::StatusOr<Company> company = co_await LoadFor(mutation, candidate);
  if (!company.ok()) co_return company.status();
  std::vector<AccountRecord>& siblings = company->siblings;
  std::vector<AccountRecord> targets = {std::move(company->record)};
  if (candidate.apply_to_siblings) {
    std::move(siblings.begin(), siblings.end(), std::back_inserter(targets));
    siblings.clear();
  }

  const std::string etag = targets[0].account.etag();
  ChangeSet changes;
  changes.tenant = tenant;
  changes.now = ledger_.Now();
  v1::RotateCredentialsResponse response;
  *response.mutable_verdict() = probe.verdict;
  response.mutable_notes()->Add(candidate.notes.begin(), candidate.notes.end());
  for (AccountRecord& target : targets) {
    if (!changes.changes.empty()) response.add_also_rotated(target.account.name());
    absl::Status status =
        co_await AddNewVersion(std::move(target), candidate, probe, actor, changes);
    if (!status.ok()) co_return status;
  }
  const AccountRecord proven = changes.changes[0].record;
  *response.mutable_account() = proven.account;
  for (std::string& name : SuspectSiblings(proven, siblings, actor, changes.now, changes)) {
    response.add_suspect_accounts(std::move(name));
  }
  if (mutation.validate_only) {
    response.mutable_account()->set_etag(etag);
    co_return response;
  }
  const absl::StatusOr<absl::optional<Ledger::Committed>> committed =
      co_await ledger_.Commit(mutation, std::move(changes), response.SerializeAsString());
  if (!committed.ok()) co_return committed.status();
  if (!committed->has_value()) co_return absl::nullopt;
  co_return ParseAnswer<v1::RotateCredentialsResponse>((*committed)->response);
}

Task<absl::Status> Rotator::AddNewVersion(AccountRecord record, const Candidate& candidate,
                                          const ProbeResult& probe, const std::string& actor,
                                          ChangeSet& changes) {
  const Secret& secret = candidate.credentials.secret;
  AccountChange change;
  change.record = std::move(record);
  v1::Account& account = change.record.account;
  if (change.record.credential_tag == candidate.tag) {
    if (RecordCheck(account, probe, false, changes.now)) {
      changes.events.push_back(
          MakeEvent(v1::Event::TYPE_HEALTH_CHANGED, account, actor, changes.now));
    }
  } else {
    change.drop_credentials = InstallCredential(account, candidate.fingerprint, probe,
                                                options_.keep_versions, changes.now);
    Touch(account, changes.now);
    change.record.credential_tag = candidate.tag;
    absl::StatusOr<std::string> sealed = co_await vault_.Seal(changes.tenant, account, secret);
    if (!sealed.ok()) co_return sealed.status();
    change.add_credentials.push_back(
        SealedVersion{account.credential().version(), *std::move(sealed)});
    changes.events.push_back(MakeEvent(candidate.event, account, actor, changes.now));
  }
  change.record.check_due = schedule_.Next(account, changes.now);
  changes.changes.push_back(std::move(change));
  co_return absl::OkStatus();
}

}  // namespace credlink
