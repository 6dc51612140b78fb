// LastPass Business as a provider: credentials are a CID and a provisioning hash, checked with one
// call of the Enterprise API.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "credlink/v1/connector_service.pb.h"
#include "server/http/http_client.h"
#include "server/providers/provider.h"
#include "server/runtime/clock.h"

namespace credlink {

class LastPassProvider final : public Provider {
 public:
  struct Options {
    // A probe never takes longer, whatever the caller's deadline is.
    absl::Duration max_probe_time = absl::Seconds(10);
  };

  // `http` speaks to LastPass's host; it and `clock` must outlive the provider.
  LastPassProvider(HttpClient& http, const Clock& clock, const Options& options);

  absl::string_view id() const override;
  const v1::Connector& connector() const override;
  absl::optional<ReadCredentials> Read(const v1::Credentials& input,
                                       FieldFaults& faults) const override;
  // Sends the hash to LastPass once, and never again by itself. A deadline that passes is
  // INDETERMINATE, whosever it was.
  Task<ProbeResult> Probe(const ProviderCredentials& credentials, Deadline deadline) override;

 private:
  HttpClient& http_;
  const Clock& clock_;
  const Options options_;
  const v1::Connector connector_;
};

}  // namespace credlink
