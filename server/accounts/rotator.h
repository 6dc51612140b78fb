// Giving an account another hash: prove first, then swap.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "credlink/v1/link_service.pb.h"
#include "server/accounts/caller.h"
#include "server/accounts/check_schedule.h"
#include "server/accounts/credential_vault.h"
#include "server/accounts/ledger.h"
#include "server/accounts/link_checks.h"
#include "server/accounts/providers.h"
#include "server/ops/log.h"
#include "server/runtime/deadline.h"
#include "server/runtime/keyed_mutex.h"
#include "server/runtime/task.h"
#include "server/secrets/key_ring.h"
#include "server/store/account_store.h"

namespace credlink {

struct RotatorOptions {
  int keep_versions = 3;  // older versions of a credential that stay sealed
};

// Thread-safe; what it is made of must outlive it.
class Rotator {
 public:
  Rotator(const Providers& providers, AccountStore& store, Ledger& ledger, CredentialVault& vault,
          const KeyRing& keys, CheckSchedule& schedule, Log& log, RotatorOptions options = {})
      : providers_(providers),
        store_(store),
        ledger_(ledger),
        vault_(vault),
        keys_(keys),
        schedule_(schedule),
        log_(log),
        options_(options) {}

  // See LinkService.RotateCredentials. The request's secrets are wiped as soon as they are read; it
  // must outlive the Task.
  Task<absl::StatusOr<v1::RotateCredentialsResponse>> Rotate(Caller caller,
                                                             v1::RotateCredentialsRequest& request,
                                                             Deadline deadline);

  // See LinkService.RollbackCredentials.
  Task<absl::StatusOr<v1::RollbackCredentialsResponse>> Rollback(
      Caller caller, v1::RollbackCredentialsRequest request, Deadline deadline);

 private:
  // A pair that is to become current.
  struct Candidate {
    std::string provider;  // its id
    const ProviderCredentials& credentials;
    std::string tag;          // see AccountRecord.credential_tag
    std::string fingerprint;  // see CredentialInfo.fingerprint
    v1::Event::Type event{};  // what its becoming current is called
    bool apply_to_siblings = false;
    std::vector<v1::InputNote> notes{};
  };
  // The account that is to get it, and those of its siblings that get it, too, or may become
  // SUSPECT.
  struct Company {
    AccountRecord record;
    std::vector<AccountRecord> siblings;
  };
  using Result = Task<absl::StatusOr<v1::RotateCredentialsResponse>>;

  Candidate MakeCandidate(absl::string_view tenant, absl::string_view provider,
                          const ProviderCredentials& credentials) const;
  static absl::Status RequireSameCompany(const v1::Account& account, const Candidate& candidate);
  // Loads what the candidate is for, or what is to go back to that version; or says what stands in
  // the way: before anybody is waited for or asked, and again afterwards.
  Task<absl::StatusOr<Company>> LoadFor(const Mutation& mutation, const Candidate& candidate);
  Task<absl::StatusOr<AccountRecord>> LoadKeeping(const Mutation& mutation, int64_t wanted);
  Result RotateInTurn(const Mutation& mutation, const Candidate& candidate, Deadline deadline);
  Result RollbackInTurn(const Mutation& mutation, int64_t wanted, Deadline deadline);
  // Runs it when the turn of the account's company comes, unless the same request was done by then.
  Result InTurn(const Mutation& mutation, const v1::Account& account, std::function<Result()> run);
  Result ProveKept(const Mutation& mutation, int64_t wanted, Deadline deadline);
  Result ProveAndSwap(const Mutation& mutation, const Candidate& candidate, Deadline deadline);
  // One attempt; nullopt when an account was changed meanwhile.
  Task<absl::StatusOr<absl::optional<v1::RotateCredentialsResponse>>> Swap(
      const Mutation& mutation, const Candidate& candidate, const ProbeResult& probe);
  // Makes the candidate the record's current version; a record that holds it already only counts it
  // as checked.
  Task<absl::Status> AddNewVersion(AccountRecord record, const Candidate& candidate,
                                   const ProbeResult& probe, const std::string& actor,
                                   ChangeSet& changes);

  const Providers& providers_;
  AccountStore& store_;
  Ledger& ledger_;
  CredentialVault& vault_;
  const KeyRing& keys_;
  CheckSchedule& schedule_;
  Log& log_;
  const RotatorOptions options_;
  KeyedMutex companies_;  // by provider and account number
};

}  // namespace credlink
