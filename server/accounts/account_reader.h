// Reading what is linked. Nothing is decrypted here, ever.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "credlink/v1/account.pb.h"
#include "credlink/v1/link_service.pb.h"
#include "server/runtime/task.h"
#include "server/secrets/key_ring.h"
#include "server/store/account_store.h"

namespace credlink {

// A page of accounts as it goes out: serialised messages, copied from the store as they are.
struct AccountList {
  std::vector<std::string> accounts;
  std::string next_page_token;
  // Of all pages; 0 unless the request asks for it.
  int64_t total_size = 0;
  bool total_size_is_lower_bound = false;
};

// Thread-safe; what it is made of must outlive it.
class AccountReader {
 public:
  AccountReader(AccountStore& store, const KeyRing& keys) : store_(store), keys_(keys) {}

  // See LinkService.GetAccount.
  Task<absl::StatusOr<v1::Account>> Get(v1::GetAccountRequest request);

  // See LinkService.ListAccounts.
  Task<absl::StatusOr<AccountList>> List(v1::ListAccountsRequest request);

 private:
  absl::StatusOr<ListQuery> QueryOf(const v1::ListAccountsRequest& request) const;

  AccountStore& store_;
  const KeyRing& keys_;
};

}  // namespace credlink
