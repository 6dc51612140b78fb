// Linking: proving credentials live, and keeping what was proven.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "credlink/v1/link_service.pb.h"
#include "server/accounts/caller.h"
#include "server/accounts/check_schedule.h"
#include "server/accounts/credential_vault.h"
#include "server/accounts/ledger.h"
#include "server/accounts/link_checks.h"
#include "server/accounts/providers.h"
#include "server/ops/log.h"
#include "server/runtime/clock.h"
#include "server/runtime/deadline.h"
#include "server/runtime/task.h"
#include "server/secrets/key_ring.h"
#include "server/store/account_store.h"

namespace credlink {

// Thread-safe; what it is made of must outlive it. The requests are changed: their secrets are
// wiped as soon as they are read. They must outlive the Task.
class Linker {
 public:
  using Result = Task<absl::StatusOr<v1::LinkAccountResponse>>;

  Linker(const Providers& providers, AccountStore& store, Ledger& ledger, CredentialVault& vault,
         const KeyRing& keys, CheckSchedule& schedule, const Clock& clock, Log& log)
      : providers_(providers),
        store_(store),
        ledger_(ledger),
        vault_(vault),
        keys_(keys),
        schedule_(schedule),
        clock_(clock),
        log_(log) {}

  // Checks credentials live and stores nothing; see LinkService.ValidateCredentials.
  Task<absl::StatusOr<v1::ValidateCredentialsResponse>> Validate(
      Caller caller, v1::ValidateCredentialsRequest& request, Deadline deadline);

  // Proves, seals and stores; see LinkService.LinkAccount. A cancelled call writes nothing, unless
  // the write was under way: then its request_id tells.
  Result Link(Caller caller, v1::LinkAccountRequest& request, Deadline deadline);

 private:
  Result ProveAndStore(const Mutation& mutation, const v1::LinkAccountRequest& request,
                       const CheckedCredentials& checked, Deadline deadline);
  Result Store(const Mutation& mutation, const AccountChange& insertion,
               v1::LinkAccountResponse response);
  // Inserts the account, and makes SUSPECT whoever holds another hash of its company; they are
  // named in the response.
  Task<absl::StatusOr<ChangeSet>> ChangesFor(const Mutation& mutation,
                                             const AccountChange& insertion,
                                             v1::LinkAccountResponse& response);

  const Providers& providers_;
  AccountStore& store_;
  Ledger& ledger_;
  CredentialVault& vault_;
  const KeyRing& keys_;
  CheckSchedule& schedule_;
  const Clock& clock_;
  Log& log_;
};

}  // namespace credlink
