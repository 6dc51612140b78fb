// What a failed call tells: not just a code, but whose move it is and what to do.
#pragma once

#include <grpcpp/support/status.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "credlink/v1/next_step.pb.h"

namespace credlink::client {

// The same error as an absl::Status. Its google.rpc details become payloads, so that nothing is
// lost.
absl::Status ToStatus(const grpc::Status& status);

// What is in the details of an error. Everything is empty where the server said nothing of it, as
// when it could not be reached.
struct ErrorDetails {
  struct FieldViolation {
    std::string field;   // path in the request: "credentials.lastpass.account_number"
    std::string reason;  // "CID_MALFORMED"
    std::string description;
  };

  std::string
      reason;  // a name of credlink.v1.ErrorReason without its prefix: "CREDENTIALS_REJECTED"
  v1::NextStep next_step;
  std::vector<FieldViolation> fields;  // every faulty field of the request
  absl::optional<absl::Duration> retry_after;
  std::string resource;  // what the error is about: "tenants/acme/accounts/x"
};

ErrorDetails DetailsOf(const absl::Status& status);

}  // namespace credlink::client
