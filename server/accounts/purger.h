// Erasing for good.
#pragma once

#include "absl/status/statusor.h"
#include "credlink/v1/link_service.pb.h"
#include "server/accounts/caller.h"
#include "server/accounts/ledger.h"
#include "server/ops/log.h"
#include "server/runtime/task.h"
#include "server/secrets/key_ring.h"
#include "server/store/account_store.h"

namespace credlink {

// Thread-safe; what it is made of must outlive it.
class Purger {
 public:
  Purger(AccountStore& store, Ledger& ledger, const KeyRing& keys, Log& log)
      : store_(store), ledger_(ledger), keys_(keys), log_(log) {}

  // See LinkService.PurgeAccount. A receipt is given out only when no file holds any more what it
  // is for. STORE_UNAVAILABLE also when it is erased, but that is not so yet.
  Task<absl::StatusOr<v1::PurgeReceipt>> Purge(Caller caller, v1::PurgeAccountRequest request);

  // Purges a deleted account whose time is over, without waiting for the files. CONCURRENT_CHANGE
  // when its time is not over, as after it was brought back and deleted again.
  Task<absl::Status> PurgeDue(AccountKey key);

 private:
  enum Condition { kDeleted, kDue };
  Task<absl::StatusOr<v1::PurgeReceipt>> Erase(const Mutation& mutation, Condition condition);

  AccountStore& store_;
  Ledger& ledger_;
  const KeyRing& keys_;
  Log& log_;
};

}  // namespace credlink
