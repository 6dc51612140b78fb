// Accounts that are written down before all of them are known.
#pragma once

#include <stdio.h>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "credlink/v1/account.pb.h"

namespace credlink::cli {

// Keeps them in a file without a name, so that a tenant of any size needs no more memory than one.
class AccountSpool {
 public:
  AccountSpool();
  ~AccountSpool();
  AccountSpool(const AccountSpool&) = delete;
  AccountSpool& operator=(const AccountSpool&) = delete;

  // False when the disk does not take it.
  bool Add(const v1::Account& account);
  // Once, after the last Add(): all of them, in order.
  absl::Status ForEach(absl::FunctionRef<void(const v1::Account&)> take);

 private:
  FILE* const file_;
};

}  // namespace credlink::cli
