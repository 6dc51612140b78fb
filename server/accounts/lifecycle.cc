#include "server/accounts/lifecycle.h"

#include <utility>

#include "server/accounts/account_factory.h"
#include "server/accounts/field_checks.h"
#include "server/accounts/states.h"
#include "server/accounts/update_mask.h"
#include "server/faults/faults.h"

namespace credlink {

Lifecycle::Result Lifecycle::Run(Mutation mutation, Edit edit) {
  absl::StatusOr<absl::optional<std::string>> first = co_await ledger_.FirstAnswer(mutation);
  if (!first.ok()) co_return first.status();
  if (first->has_value()) co_return ParseAnswer<v1::Account>(**first);

  for (int attempt = 0; attempt < Ledger::kAttempts; ++attempt) {
    absl::StatusOr<AccountRecord> record = co_await ledger_.Load(mutation);
    if (!record.ok()) co_return record.status();
    const absl::Time now = ledger_.Now();
    const absl::StatusOr<v1::Event::Type> type = edit(*record, now);
    if (!type.ok()) co_return type.status();
    if (mutation.validate_only) {
      if (*type == v1::Event::TYPE_UNDELETED) {
        absl::Status free = co_await ledger_.CheckNotLinked(mutation.name.tenant, record->account);
        if (!free.ok()) co_return free;
      }
      co_return std::move(record->account);
    }

    v1::Account account = record->account;
    Touch(account, now);
    record->account = account;
    AccountChange change;
    change.record = *std::move(record);
    ChangeSet changes;
    changes.tenant = mutation.name.tenant;
    changes.changes.push_back(std::move(change));
    changes.events.push_back(MakeEvent(*type, account, mutation.caller.identity, now));
    absl::StatusOr<absl::optional<std::string>> answer =
        co_await ledger_.Commit(mutation, std::move(changes), account.SerializeAsString());
    if (!answer.ok()) co_return answer.status();
    if (answer->has_value()) co_return ParseAnswer<v1::Account>(**answer);
  }
  co_return Fault(v1::ERROR_REASON_CONCURRENT_CHANGE);
}

Lifecycle::Result Lifecycle::Update(Caller caller, v1::UpdateAccountRequest request) {
  FieldFaults faults;
  Mutation mutation = internal::MakeMutation(std::move(caller), "account.name",
                                             request.account().name(), request.account().etag(),
                                             request.request_id(), request.validate_only(), faults);
  CheckUpdate(request, faults);
  if (!faults.empty()) co_return faults.ToStatus();
  SetDigest(keys_, request, "", Secret(), mutation);
  Edit edit = [request = std::move(request)](AccountRecord& record,
                                             absl::Time) -> absl::StatusOr<v1::Event::Type> {
    if (absl::Status status = RequireNotDeleted(record.account); !status.ok()) return status;
    ApplyUpdate(request, record.account);
    return v1::Event::TYPE_UPDATED;
  };
  absl::StatusOr<v1::Account> account = co_await Run(std::move(mutation), std::move(edit));
  co_return account;
}

Lifecycle::Result Lifecycle::Suspend(Caller caller, v1::SuspendAccountRequest request) {
  FieldFaults faults;
  Mutation mutation = CheckMutation(std::move(caller), request, faults);
  CheckText("reason", request.reason(), kMaxText, faults);
  if (!faults.empty()) co_return faults.ToStatus();
  SetDigest(keys_, request, "", Secret(), mutation);
  Edit edit = [reason = request.reason()](AccountRecord& record,
                                          absl::Time) -> absl::StatusOr<v1::Event::Type> {
    if (absl::Status status = RequireActive(record.account); !status.ok()) return status;
    record.account.set_state(v1::Account::STATE_SUSPENDED);
    record.account.set_state_reason(reason);
    return v1::Event::TYPE_SUSPENDED;
  };
  absl::StatusOr<v1::Account> account = co_await Run(std::move(mutation), std::move(edit));
  co_return account;
}

Lifecycle::Result Lifecycle::Resume(Caller caller, v1::ResumeAccountRequest request) {
  FieldFaults faults;
  Mutation mutation = CheckMutation(std::move(caller), request, faults);
  if (!faults.empty()) co_return faults.ToStatus();
  SetDigest(keys_, request, "", Secret(), mutation);
  Edit edit = [](AccountRecord& record, absl::Time now) -> absl::StatusOr<v1::Event::Type> {
    if (absl::Status status = RequireSuspended(record.account); !status.ok()) return status;
    record.account.set_state(v1::Account::STATE_ACTIVE);
    record.account.clear_state_reason();
    record.check_due = now;
    return v1::Event::TYPE_RESUMED;
  };
  absl::StatusOr<v1::Account> account = co_await Run(std::move(mutation), std::move(edit));
  co_return account;
}

Lifecycle::Result Lifecycle::Delete(Caller caller, v1::DeleteAccountRequest request) {
  FieldFaults faults;
  Mutation mutation = CheckMutation(std::move(caller), request, faults);
  CheckText("reason", request.reason(), kMaxText, faults);
  if (!faults.empty()) co_return faults.ToStatus();
  SetDigest(keys_, request, "", Secret(), mutation);
  Edit edit = [reason = request.reason(), keep = options_.keep_deleted](
                  AccountRecord& record, absl::Time now) -> absl::StatusOr<v1::Event::Type> {
    v1::Account& account = record.account;
    if (absl::Status status = RequireNotDeleted(account); !status.ok()) return status;
    record.restore_state = account.state();
    account.set_state(v1::Account::STATE_DELETED);
    account.set_state_reason(reason);
    *account.mutable_delete_time() = ToProto(now);
    *account.mutable_purge_time() = ToProto(now + keep);
    return v1::Event::TYPE_DELETED;
  };
  absl::StatusOr<v1::Account> account = co_await Run(std::move(mutation), std::move(edit));
  co_return account;
}

Lifecycle::Result Lifecycle::Undelete(Caller caller, v1::UndeleteAccountRequest request) {
  FieldFaults faults;
  Mutation mutation = CheckMutation(std::move(caller), request, faults);
  if (!faults.empty()) co_return faults.ToStatus();
  SetDigest(keys_, request, "", Secret(), mutation);
  Edit edit = [](AccountRecord& record, absl::Time now) -> absl::StatusOr<v1::Event::Type> {
    v1::Account& account = record.account;
    if (absl::Status status = RequireDeleted(account); !status.ok()) return status;
    account.set_state(record.restore_state);
    account.clear_state_reason();
    account.clear_delete_time();
    account.clear_purge_time();
    record.check_due = now;
    return v1::Event::TYPE_UNDELETED;
  };
  absl::StatusOr<v1::Account> account = co_await Run(std::move(mutation), std::move(edit));
  co_return account;
}

}  // namespace credlink
