// What a provider of accounts can do for linking. LastPass is one; tests have another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "credlink/v1/connector_service.pb.h"
#include "credlink/v1/credentials.pb.h"
#include "credlink/v1/verdict.pb.h"
#include "server/faults/faults.h"
#include "server/runtime/deadline.h"
#include "server/runtime/task.h"
#include "server/secrets/secret.h"

namespace credlink {

// Credentials as they are checked, compared and stored.
struct ProviderCredentials {
  std::string account_number;  // canonical: equal exactly when it is the same account
  Secret secret;
};

// Credentials read from a request, and what was put right on the way.
struct ReadCredentials {
  ProviderCredentials credentials;
  std::vector<v1::InputNote> notes;
};

struct ProbeResult {
  v1::Verdict verdict;
  int64_t user_count = 0;                      // when VALID
  absl::optional<absl::Duration> retry_after;  // when the provider asked for a pause
  bool cancelled = false;                      // the call was cancelled: there is no verdict
};

// Thread-safe; lives as long as the server.
class Provider {
 public:
  virtual ~Provider() = default;

  // "lastpass": Account.provider, and the connector's name.
  virtual absl::string_view id() const = 0;

  // What a form needs.
  virtual const v1::Connector& connector() const = 0;

  // Brings what people paste into shape. nullopt when it can be seen to be no credentials; then
  // every fault is in `faults`, with paths that begin with "credentials.". Never blocks, asks
  // nobody.
  virtual absl::optional<ReadCredentials> Read(const v1::Credentials& input,
                                               FieldFaults& faults) const = 0;

  // Checks the credentials live. Always has an answer: what goes wrong on the way is INDETERMINATE
  // with its own reason. Cancelling the awaiting call stops it at once.
  virtual Task<ProbeResult> Probe(const ProviderCredentials& credentials, Deadline deadline) = 0;
};

}  // namespace credlink
