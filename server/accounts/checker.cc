#include "server/accounts/checker.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/accounts/account_factory.h"
#include "server/accounts/health.h"
#include "server/accounts/mutation.h"
#include "server/accounts/reset_rule.h"
#include "server/accounts/states.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

// After a check that could not even be recorded.
constexpr absl::Duration kPostpone = absl::Minutes(10);

bool CannotBeOpened(const absl::Status& status) {
  const absl::optional<v1::ErrorReason> reason = ReasonOf(status);
  return reason == v1::ERROR_REASON_KEY_UNAVAILABLE || reason == v1::ERROR_REASON_INTEGRITY_FAILURE;
}

}  // namespace

Checker::Result Checker::Check(Caller caller, v1::CheckAccountRequest request, Deadline deadline) {
  FieldFaults faults;
  Mutation mutation = CheckMutation(std::move(caller), request, faults);
  if (!faults.empty()) co_return faults.ToStatus();
  SetDigest(keys_, request, "", Secret(), mutation);
  std::function<Result()> run = [this, &mutation, deadline] {
    return Run(mutation, deadline, DeadlineOf::kCaller);
  };
  absl::StatusOr<v1::CheckAccountResponse> response =
      co_await ledger_.Once(mutation, std::move(run));
  co_return response;
}

Task<absl::Status> Checker::CheckDue(AccountKey key, Deadline deadline) {
  const Mutation mutation = OwnMutation(AccountName{key.tenant, key.account_id});
  const absl::StatusOr<v1::CheckAccountResponse> response =
      co_await Run(mutation, deadline, DeadlineOf::kServer);
  if (response.ok()) co_return absl::OkStatus();
  if (absl::IsCancelled(response.status())) co_return response.status();
  // Nothing was recorded, so the check would be due again at once.
  absl::Status postponed = co_await store_.PostponeCheck(key, ledger_.Now() + kPostpone);
  if (!postponed.ok()) co_return postponed;
  co_return response.status();
}

Checker::Result Checker::Run(const Mutation& mutation, Deadline deadline, DeadlineOf whose) {
  Finding finding;
  for (int attempt = 0; attempt < Ledger::kAttempts; ++attempt) {
    absl::StatusOr<AccountRecord> record = co_await ledger_.Load(mutation);
    if (!record.ok()) co_return record.status();
    if (absl::Status status = RequireActive(record->account); !status.ok()) co_return status;
    if (!IsCurrent(finding, record->account)) {
      absl::StatusOr<Finding> found = co_await Ask(mutation, *record, deadline, whose);
      if (absl::IsDataLoss(found.status())) {
        // Rotations may have dropped the version meanwhile.
        const absl::StatusOr<AccountRecord> now = co_await ledger_.Load(mutation);
        const int64_t version = record->account.credential().version();
        if (now.ok() && now->account.credential().version() != version) continue;
      }
      if (whose == DeadlineOf::kServer && CannotBeOpened(found.status())) {
        found = Unopened(*record, *ReasonOf(found.status()), mutation.name.tenant);
      }
      if (!found.ok()) co_return found.status();
      finding = *std::move(found);
    }
    absl::StatusOr<absl::optional<v1::CheckAccountResponse>> response =
        co_await Record(mutation, finding);
    if (!response.ok()) co_return response.status();
    if (response->has_value()) co_return **std::move(response);
  }
  co_return Fault(v1::ERROR_REASON_CONCURRENT_CHANGE);
}

// Nobody waits for this check's error, so that the account itself has to show it.
Checker::Finding Checker::Unopened(const AccountRecord& record, v1::ErrorReason reason,
                                   const std::string& tenant) {
  log_.Warning(
      "an account's credential cannot be opened",
      {{"tenant", tenant}, {"account_id", record.account_id}, {"reason", ReasonName(reason)}});
  Finding finding;
  finding.asked = record;
  finding.tag = record.credential_tag;
  finding.probe.verdict.set_outcome(v1::Verdict::OUTCOME_INDETERMINATE);
  finding.probe.verdict.set_reason(reason);
  return finding;
}

Task<absl::StatusOr<Checker::Finding>> Checker::Ask(const Mutation& mutation,
                                                    const AccountRecord& record, Deadline deadline,
                                                    DeadlineOf whose) {
  const v1::Account& account = record.account;
  Finding finding;
  finding.asked = record;
  absl::StatusOr<Secret> secret =
      co_await vault_.Open(mutation.name.tenant, record, account.credential().version());
  if (!secret.ok()) co_return secret.status();
  const ProviderCredentials credentials{account.account_number(), *std::move(secret)};
  finding.tag = vault_.Tag(account.provider(), credentials);
  absl::StatusOr<ProbeResult> probe =
      co_await Prove(providers_.Find(account.provider()), credentials, deadline, whose);
  if (!probe.ok()) co_return probe.status();
  finding.probe = *std::move(probe);
  const absl::Time now = ledger_.Now();
  const v1::Verdict::Outcome outcome = finding.probe.verdict.outcome();
  if (outcome != v1::Verdict::OUTCOME_VALID) {
    LogVerdict(finding.probe.verdict, "check failed", mutation.caller, mutation.name.tenant,
               account.account_number(), log_);
  }
  finding.outage =
      mutation.validate_only ? brake_.Excuses(outcome, now) : brake_.Record(account, outcome, now);
  doubts_.Observe(now);
  co_return finding;
}

// An account that has become SUSPECT is to be asked about anew: the answer may be from before the
// hash was reset.
bool Checker::IsCurrent(const Finding& finding, const v1::Account& account) {
  const v1::Account& asked = finding.asked.account;
  const bool suspect_since = account.health() == v1::Account::HEALTH_SUSPECT &&
                             asked.health() != v1::Account::HEALTH_SUSPECT;
  return account.credential().version() == asked.credential().version() && !suspect_since;
}

Task<absl::StatusOr<absl::optional<v1::CheckAccountResponse>>> Checker::Record(
    const Mutation& mutation, const Finding& finding) {
  const ProbeResult& probe = finding.probe;
  const std::string& tenant = mutation.name.tenant;
  absl::StatusOr<AccountRecord> record = co_await ledger_.Load(mutation);
  if (!record.ok()) co_return record.status();
  if (absl::Status status = RequireActive(record->account); !status.ok()) co_return status;
  if (!IsCurrent(finding, record->account)) co_return absl::nullopt;

  const absl::Time now = ledger_.Now();
  const std::string etag = record->account.etag();
  ChangeSet changes;
  changes.tenant = tenant;
  AccountChange change;
  change.record = *std::move(record);
  change.record.credential_tag = finding.tag;  // of an account from before there were tags, too
  v1::Account& account = change.record.account;
  // What was noticed since this check ended goes for it too.
  const bool outage = finding.outage || brake_.Excuses(probe.verdict.outcome(), now);
  const bool changed = RecordCheck(account, probe, outage, now);
  const bool became_unhealthy = changed && account.health() == v1::Account::HEALTH_UNHEALTHY;
  if (changed) {
    changes.events.push_back(
        MakeEvent(v1::Event::TYPE_HEALTH_CHANGED, account, mutation.caller.identity, now));
  }
  // Whoever has made the check due meanwhile wants one that began after that.
  const bool rescheduled = change.record.check_due != finding.asked.check_due;
  const absl::Time next = became_unhealthy ? schedule_.AfterRefusal(now)
                                           : schedule_.Next(account, now, probe.retry_after);
  change.record.check_due = rescheduled ? std::min(next, change.record.check_due) : next;
  v1::CheckAccountResponse response;
  *response.mutable_account() = account;
  *response.mutable_verdict() = probe.verdict;
  const AccountRecord checked = change.record;
  changes.changes.push_back(std::move(change));
  if (probe.verdict.outcome() == v1::Verdict::OUTCOME_VALID) {
    absl::StatusOr<std::vector<AccountRecord>> siblings =
        co_await store_.ListSiblings(SiblingsOf(tenant, checked, kMaxSiblings));
    if (!siblings.ok()) co_return siblings.status();
    for (std::string& name :
         SuspectSiblings(checked, *siblings, mutation.caller.identity, now, changes)) {
      response.add_suspect_accounts(std::move(name));
    }
  }
  if (mutation.validate_only) {
    response.mutable_account()->set_etag(etag);
    co_return response;
  }
  const bool failed = probe.verdict.outcome() != v1::Verdict::OUTCOME_VALID;
  const absl::optional<v1::Event> notice = notices_.After(tenant, failed, now);
  if (notice) changes.events.push_back(*notice);
  absl::StatusOr<absl::optional<Ledger::Committed>> committed =
      co_await ledger_.Commit(mutation, std::move(changes), response.SerializeAsString());
  if (!committed.ok()) co_return committed.status();
  if (!committed->has_value()) co_return absl::nullopt;
  if ((*committed)->is_new && notice) notices_.Told(tenant, notice->type());
  if ((*committed)->is_new && became_unhealthy) {
    doubts_.Add(AccountKey{tenant, checked.account_id}, now);
  }
  co_return ParseAnswer<v1::CheckAccountResponse>((*committed)->response);
}

}  // namespace credlink
