#include "server/accounts/lifecycle.h"

#include <google/protobuf/util/message_differencer.h>

#include <utility>

#include "server/accounts/account_factory.h"
#include "server/accounts/field_checks.h"
#include "server/accounts/states.h"
#include "server/accounts/update_mask.h"
#include "server/faults/faults.h"

namespace credlink {

using ::google::protobuf::util::MessageDifferencer;

namespace {

// What all requests have, and what each has of its own.
Mutation CheckRequest(Caller caller, const v1::UpdateAccountRequest& request, FieldFaults& faults) {
  Mutation mutation = CheckMutation(std::move(caller), "account.name", request.account().name(),
                                    request.account().etag(), request.request_id(),
                                    request.validate_only(), faults);
  CheckUpdate(request, faults);
  return mutation;
}

template <typename Request>
Mutation CheckRequest(Caller caller, const Request& request, FieldFaults& faults) {
  Mutation mutation = CheckMutation(std::move(caller), request, faults);
  if constexpr (requires { request.reason(); }) {
    CheckText("reason", request.reason(), kMaxText, faults);
  }
  return mutation;
}

// Where an account that is there already would be live again.
LinkQuery PlaceOf(const std::string& tenant, const v1::Account& account) {
  LinkQuery query;
  query.tenant = tenant;
  query.owner_id = account.owner().id();
  query.provider = account.provider();
  query.account_number = account.account_number();
  return query;
}

}  // namespace

template <typename Request>
Lifecycle::Result Lifecycle::Run(Caller caller, Request request, Edit edit) {
  FieldFaults faults;
  Mutation mutation = CheckRequest(std::move(caller), request, faults);
  if (!faults.empty()) co_return faults.ToStatus();
  SetDigest(keys_, request, "", Secret(), mutation);
  std::function<Result()> change = [this, &mutation, &edit] { return Change(mutation, edit); };
  absl::StatusOr<v1::Account> account = co_await ledger_.Once(mutation, std::move(change));
  co_return account;
}

Lifecycle::Result Lifecycle::Change(const Mutation& mutation, const Edit& edit) {
  for (int attempt = 0; attempt < Ledger::kAttempts; ++attempt) {
    absl::StatusOr<AccountRecord> record = co_await ledger_.Load(mutation);
    if (!record.ok()) co_return record.status();
    const std::string etag = record->account.etag();
    const absl::Time now = ledger_.Now();
    const Edited type = edit(*record, now);
    if (!type.ok()) co_return type.status();
    v1::Account& account = record->account;
    if (type->has_value()) Touch(account, now);
    if (mutation.validate_only) {
      // What the commit would find out. All else was checked.
      absl::Status place = absl::OkStatus();
      if (*type == v1::Event::TYPE_UNDELETED) {
        LinkQuery query = PlaceOf(mutation.name.tenant, account);
        place = co_await ledger_.CheckPlace(std::move(query));
      }
      if (!place.ok()) co_return place;
      account.set_etag(etag);
      co_return std::move(account);
    }
    // Nothing is to be written, not even the request.
    if (!type->has_value() && mutation.request_id.empty()) co_return std::move(account);

    std::string answer = account.SerializeAsString();
    ChangeSet changes;
    changes.tenant = mutation.name.tenant;
    if (type->has_value()) {
      changes.events.push_back(MakeEvent(**type, account, mutation.caller.identity, now));
      AccountChange change;
      change.record = *std::move(record);
      changes.changes.push_back(std::move(change));
    }
    absl::StatusOr<absl::optional<Ledger::Committed>> committed =
        co_await ledger_.Commit(mutation, std::move(changes), std::move(answer));
    if (!committed.ok()) co_return committed.status();
    if (committed->has_value()) co_return ParseAnswer<v1::Account>((*committed)->response);
  }
  co_return Fault(v1::ERROR_REASON_CONCURRENT_CHANGE);
}

Lifecycle::Result Lifecycle::Update(Caller caller, v1::UpdateAccountRequest request) {
  Edit edit = [request](AccountRecord& record, absl::Time) -> Edited {
    if (absl::Status status = RequireNotDeleted(record.account); !status.ok()) return status;
    v1::Account updated = record.account;
    ApplyUpdate(request, updated);
    if (MessageDifferencer::Equals(updated, record.account)) return absl::nullopt;
    record.account = std::move(updated);
    return v1::Event::TYPE_UPDATED;
  };
  return Run(std::move(caller), std::move(request), std::move(edit));
}

Lifecycle::Result Lifecycle::Suspend(Caller caller, v1::SuspendAccountRequest request) {
  Edit edit = [reason = request.reason()](AccountRecord& record, absl::Time) -> Edited {
    if (absl::Status status = RequireActive(record.account); !status.ok()) return status;
    record.account.set_state(v1::Account::STATE_SUSPENDED);
    record.account.set_state_reason(reason);
    return v1::Event::TYPE_SUSPENDED;
  };
  return Run(std::move(caller), std::move(request), std::move(edit));
}

Lifecycle::Result Lifecycle::Resume(Caller caller, v1::ResumeAccountRequest request) {
  Edit edit = [](AccountRecord& record, absl::Time now) -> Edited {
    if (absl::Status status = RequireSuspended(record.account); !status.ok()) return status;
    record.account.set_state(v1::Account::STATE_ACTIVE);
    record.account.clear_state_reason();
    record.check_due = now;
    return v1::Event::TYPE_RESUMED;
  };
  return Run(std::move(caller), std::move(request), std::move(edit));
}

Lifecycle::Result Lifecycle::Delete(Caller caller, v1::DeleteAccountRequest request) {
  Edit edit = [reason = request.reason(), keep = options_.keep_deleted](AccountRecord& record,
                                                                        absl::Time now) -> Edited {
    v1::Account& account = record.account;
    if (absl::Status status = RequireNotDeleted(account); !status.ok()) return status;
    record.restore_state = account.state();
    record.restore_reason = account.state_reason();
    account.set_state(v1::Account::STATE_DELETED);
    account.set_state_reason(reason);
    *account.mutable_delete_time() = ToProto(now);
    *account.mutable_purge_time() = ToProto(now + keep);
    return v1::Event::TYPE_DELETED;
  };
  return Run(std::move(caller), std::move(request), std::move(edit));
}

Lifecycle::Result Lifecycle::Undelete(Caller caller, v1::UndeleteAccountRequest request) {
  Edit edit = [](AccountRecord& record, absl::Time now) -> Edited {
    v1::Account& account = record.account;
    if (absl::Status status = RequireDeleted(account); !status.ok()) return status;
    account.set_state(std::exchange(record.restore_state, v1::Account::STATE_ACTIVE));
    account.set_state_reason(std::exchange(record.restore_reason, ""));
    account.clear_delete_time();
    account.clear_purge_time();
    record.check_due = now;
    return v1::Event::TYPE_UNDELETED;
  };
  return Run(std::move(caller), std::move(request), std::move(edit));
}

}  // namespace credlink
