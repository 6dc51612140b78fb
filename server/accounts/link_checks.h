// What a LinkAccountRequest must look like. Nothing is asked or written here.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "credlink/v1/link_service.pb.h"
#include "server/accounts/providers.h"

namespace credlink {

// A request whose fields are all in order.
struct CheckedCredentials {
  std::string tenant;
  Provider* provider = nullptr;
  ReadCredentials read;
};

// Checks parent and credentials, which every method that proves credentials has, and adds what is
// wrong to `faults`. The result is whole only when nothing was added.
// The secret fields of `credentials` are wiped: from here on the secret is in the result alone.
CheckedCredentials CheckCredentials(const std::string& parent, v1::Credentials& credentials,
                                    const Providers& providers, FieldFaults& faults);

// The same for a method that names an account: `tenant` is left empty.
CheckedCredentials CheckCredentials(v1::Credentials& credentials, const Providers& providers,
                                    FieldFaults& faults);

// Checks the other fields of a LinkAccountRequest.
void CheckLinkFields(const v1::LinkAccountRequest& request, FieldFaults& faults);

}  // namespace credlink
