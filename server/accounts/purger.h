// Erasing for good.
#pragma once

#include "absl/status/statusor.h"
#include "credlink/v1/link_service.pb.h"
#include "server/accounts/caller.h"
#include "server/accounts/ledger.h"
#include "server/ops/log.h"
#include "server/runtime/task.h"
#include "server/secrets/key_ring.h"

namespace credlink {

// Thread-safe; what it is made of must outlive it.
class Purger {
 public:
  Purger(Ledger& ledger, const KeyRing& keys, Log& log) : ledger_(ledger), keys_(keys), log_(log) {}

  // See LinkService.PurgeAccount.
  Task<absl::StatusOr<v1::PurgeReceipt>> Purge(Caller caller, v1::PurgeAccountRequest request);

 private:
  Task<absl::StatusOr<v1::PurgeReceipt>> Erase(const Mutation& mutation);

  Ledger& ledger_;
  const KeyRing& keys_;
  Log& log_;
};

}  // namespace credlink
