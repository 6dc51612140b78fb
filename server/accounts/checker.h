// Checking whether a linked account's credential still works.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "credlink/v1/link_service.pb.h"
#include "server/accounts/caller.h"
#include "server/accounts/check_schedule.h"
#include "server/accounts/credential_vault.h"
#include "server/accounts/ledger.h"
#include "server/accounts/outage_brake.h"
#include "server/accounts/outage_doubts.h"
#include "server/accounts/outage_notices.h"
#include "server/accounts/prove.h"
#include "server/accounts/providers.h"
#include "server/runtime/deadline.h"
#include "server/runtime/task.h"
#include "server/secrets/key_ring.h"
#include "server/store/account_store.h"

namespace credlink {

// Thread-safe; what it is made of must outlive it.
class Checker {
 public:
  Checker(const Providers& providers, AccountStore& store, Ledger& ledger, CredentialVault& vault,
          const KeyRing& keys, CheckSchedule& schedule, OutageBrake& brake, OutageDoubts& doubts,
          OutageNotices& notices, Log& log)
      : providers_(providers),
        store_(store),
        ledger_(ledger),
        vault_(vault),
        keys_(keys),
        schedule_(schedule),
        brake_(brake),
        doubts_(doubts),
        notices_(notices),
        log_(log) {}

  // See LinkService.CheckAccount.
  Task<absl::StatusOr<v1::CheckAccountResponse>> Check(Caller caller,
                                                       v1::CheckAccountRequest request,
                                                       Deadline deadline);

  // The same by the server itself, when the account's check is due. Whatever comes of it, the next
  // check is due later; an error says why nothing else was recorded.
  Task<absl::Status> CheckDue(AccountKey key, Deadline deadline);

 private:
  using Result = Task<absl::StatusOr<v1::CheckAccountResponse>>;

  Result Run(const Mutation& mutation, Deadline deadline, DeadlineOf whose);
  // What the provider said to an account's current version, and what that says of the provider.
  struct Finding {
    AccountRecord asked;  // the account as it was before the provider was asked
    std::string tag;      // see AccountRecord.credential_tag
    ProbeResult probe;
    bool outage = false;
  };
  Task<absl::StatusOr<Finding>> Ask(const Mutation& mutation, const AccountRecord& record,
                                    Deadline deadline, DeadlineOf whose);
  // What is recorded where the account's credential cannot be opened, so that nobody was asked.
  Finding Unopened(const AccountRecord& record, v1::ErrorReason reason, const std::string& tenant);
  // Whether it still says something about the account.
  static bool IsCurrent(const Finding& finding, const v1::Account& account);
  // Records what was found; nullopt when it is no longer current, or the account was changed
  // meanwhile.
  Task<absl::StatusOr<absl::optional<v1::CheckAccountResponse>>> Record(const Mutation& mutation,
                                                                        const Finding& finding);

  const Providers& providers_;
  AccountStore& store_;
  Ledger& ledger_;
  CredentialVault& vault_;
  const KeyRing& keys_;
  CheckSchedule& schedule_;
  OutageBrake& brake_;
  OutageDoubts& doubts_;
  OutageNotices& notices_;
  Log& log_;
};

}  // namespace credlink
