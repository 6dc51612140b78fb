// What people decide about an account: names and remarks, and whether it is in use.
#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "credlink/v1/link_service.pb.h"
#include "server/accounts/caller.h"
#include "server/accounts/ledger.h"
#include "server/runtime/task.h"
#include "server/secrets/key_ring.h"

namespace credlink {

struct LifecycleOptions {
  absl::Duration keep_deleted = absl::Hours(24 * 30);  // from DeleteAccount to purge_time
};

// Thread-safe; what it is made of must outlive it. Each method answers with the account as it is
// afterwards; see LinkService for what it does and how it fails. Nothing is decrypted here.
class Lifecycle {
 public:
  using Result = Task<absl::StatusOr<v1::Account>>;

  Lifecycle(Ledger& ledger, const KeyRing& keys, LifecycleOptions options = {})
      : ledger_(ledger), keys_(keys), options_(options) {}

  Result Update(Caller caller, v1::UpdateAccountRequest request);
  Result Suspend(Caller caller, v1::SuspendAccountRequest request);
  Result Resume(Caller caller, v1::ResumeAccountRequest request);
  Result Delete(Caller caller, v1::DeleteAccountRequest request);
  Result Undelete(Caller caller, v1::UndeleteAccountRequest request);

 private:
  // Changes the record as it is now, and says what the change is called; nullopt when all is so
  // already; or why it cannot be.
  using Edited = absl::StatusOr<absl::optional<v1::Event::Type>>;
  using Edit = std::function<Edited(AccountRecord& record, absl::Time now)>;

  // Checks the request, and runs `edit` on its account until it is committed, once for each
  // request_id. The etag and times are set here.
  template <typename Request>
  Result Run(Caller caller, Request request, Edit edit);
  Result Change(const Mutation& mutation, const Edit& edit);

  Ledger& ledger_;
  const KeyRing& keys_;
  const LifecycleOptions options_;
};

}  // namespace credlink
