// Where a sealed credential belongs.
#pragma once

#include "absl/strings/string_view.h"
#include "credlink/v1/account.pb.h"
#include "server/secrets/sealer.h"

namespace credlink {

// The context that an account's current credential is sealed in: nowhere else can it be opened. It
// points into the arguments.
inline SealContext CredentialContext(absl::string_view deployment, absl::string_view tenant,
                                     const v1::Account& account) {
  SealContext context;
  context.purpose = "credential";
  context.deployment = deployment;
  context.tenant = tenant;
  context.record = account.uid();
  context.account_number = account.account_number();
  context.version = account.credential().version();
  return context;
}

}  // namespace credlink
