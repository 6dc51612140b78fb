// The states of an account (AIP-216) and what each allows. Each function answers OK, or with the
// FAILED_PRECONDITION that names the account.
#pragma once

#include "absl/status/status.h"
#include "credlink/v1/account.pb.h"
#include "server/faults/faults.h"

namespace credlink {

inline absl::Status StateFault(v1::ErrorReason reason, const v1::Account& account) {
  return Fault(reason, AccountSubject(account.name()));
}

inline absl::Status RequireNotDeleted(const v1::Account& account) {
  if (account.state() != v1::Account::STATE_DELETED) return absl::OkStatus();
  return StateFault(v1::ERROR_REASON_ACCOUNT_DELETED, account);
}

inline absl::Status RequireDeleted(const v1::Account& account) {
  if (account.state() == v1::Account::STATE_DELETED) return absl::OkStatus();
  return StateFault(v1::ERROR_REASON_ACCOUNT_NOT_DELETED, account);
}

inline absl::Status RequireActive(const v1::Account& account) {
  if (account.state() != v1::Account::STATE_SUSPENDED) return RequireNotDeleted(account);
  return StateFault(v1::ERROR_REASON_ACCOUNT_SUSPENDED, account);
}

inline absl::Status RequireSuspended(const v1::Account& account) {
  if (account.state() != v1::Account::STATE_ACTIVE) return RequireNotDeleted(account);
  return StateFault(v1::ERROR_REASON_ACCOUNT_NOT_SUSPENDED, account);
}

}  // namespace credlink
