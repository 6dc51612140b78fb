#include "server/accounts/purger.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/accounts/account_factory.h"
#include "server/accounts/names.h"
#include "server/accounts/states.h"
#include "server/accounts/uuid.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

v1::PurgeReceipt ReceiptFor(const v1::Account& account) {
  v1::PurgeReceipt receipt;
  receipt.set_name(account.name());
  receipt.set_uid(account.uid());
  receipt.set_provider(account.provider());
  receipt.set_account_number(account.account_number());
  if (account.has_credential()) {
    receipt.set_credential_versions(1 + account.previous_credentials_size());
  }
  return receipt;
}

// A record that cannot be read, as far as it is known. Nothing is left in it that could be used:
// without the uid its credentials cannot be opened. So it may go in any state.
AccountRecord Damaged(const AccountName& name) {
  AccountRecord record;
  record.account_id = name.account_id;
  record.account.set_name(FormatAccountName(name.tenant, name.account_id));
  record.account.set_state(v1::Account::STATE_DELETED);
  return record;
}

// What may still be said of an account that is gone.
v1::Account Remains(const v1::Account& account) {
  v1::Account remains;
  remains.set_name(account.name());
  remains.set_uid(account.uid());
  remains.set_provider(account.provider());
  remains.set_account_number(account.account_number());
  return remains;
}

}  // namespace

Task<absl::StatusOr<v1::PurgeReceipt>> Purger::Purge(Caller caller,
                                                     v1::PurgeAccountRequest request) {
  FieldFaults faults;
  Mutation mutation = CheckMutation(std::move(caller), request, faults);
  if (!faults.empty()) co_return faults.ToStatus();
  SetDigest(keys_, request, "", Secret(), mutation);
  std::function<Task<absl::StatusOr<v1::PurgeReceipt>>()> erase = [this, &mutation] {
    return Erase(mutation, kDeleted);
  };
  absl::StatusOr<v1::PurgeReceipt> receipt = co_await ledger_.Once(mutation, std::move(erase));
  if (!receipt.ok() || mutation.validate_only) co_return receipt;
  // Also for a receipt that is given again: the first call may not have waited long enough.
  const absl::Status erased = co_await store_.AwaitErased();
  if (!erased.ok()) co_return erased;
  co_return receipt;
}

Task<absl::Status> Purger::PurgeDue(AccountKey key) {
  const Mutation mutation =
      OwnMutation(AccountName{std::move(key.tenant), std::move(key.account_id)});
  const absl::StatusOr<v1::PurgeReceipt> receipt = co_await Erase(mutation, kDue);
  co_return receipt.status();
}

Task<absl::StatusOr<v1::PurgeReceipt>> Purger::Erase(const Mutation& mutation,
                                                     Condition condition) {
  for (int attempt = 0; attempt < Ledger::kAttempts; ++attempt) {
    absl::StatusOr<AccountRecord> record = co_await ledger_.Load(mutation);
    if (mutation.etag.empty() && ReasonOf(record.status()) == v1::ERROR_REASON_INTEGRITY_FAILURE) {
      record = Damaged(mutation.name);
    }
    if (!record.ok()) co_return record.status();
    const v1::Account account = record->account;
    if (absl::Status status = RequireDeleted(account); !status.ok()) co_return status;
    if (condition == kDue && FromProto(account.purge_time()) > ledger_.Now()) {
      co_return Fault(v1::ERROR_REASON_CONCURRENT_CHANGE);
    }
    v1::PurgeReceipt receipt = ReceiptFor(account);
    if (mutation.validate_only) co_return receipt;

    const absl::Time now = ledger_.Now();
    receipt.set_id(NewUuid(now));
    *receipt.mutable_purge_time() = ToProto(now);
    AccountChange change;
    change.kind = AccountChange::kErase;
    change.record = *std::move(record);
    ChangeSet changes;
    changes.tenant = mutation.name.tenant;
    changes.changes.push_back(std::move(change));
    changes.events.push_back(
        MakeEvent(v1::Event::TYPE_PURGED, Remains(account), mutation.caller.identity, now));
    const absl::StatusOr<absl::optional<Ledger::Committed>> committed =
        co_await ledger_.Commit(mutation, std::move(changes), receipt.SerializeAsString());
    if (!committed.ok()) co_return committed.status();
    if (!committed->has_value()) continue;
    if ((*committed)->is_new) {
      log_.Info("account purged", {{"caller", mutation.caller.identity},
                                   {"account", account.name()},
                                   {"uid", account.uid()},
                                   {"receipt", receipt.id()}});
    }
    co_return ParseAnswer<v1::PurgeReceipt>((*committed)->response);
  }
  co_return Fault(v1::ERROR_REASON_CONCURRENT_CHANGE);
}

}  // namespace credlink
