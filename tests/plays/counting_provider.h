// Counts what goes through a provider, by the fake clock.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/providers/provider.h"
#include "server/runtime/clock.h"
#include "server/runtime/mutex.h"

namespace credlink {

struct CountedProbe {
  absl::Time time;
  std::string account_number;
};

// Thread-safe.
class CountingProvider final : public Provider {
 public:
  CountingProvider(Provider& provider, const Clock& clock) : provider_(provider), clock_(clock) {}

  // In the order in which they began, since the last Reset.
  std::vector<CountedProbe> probes() const {
    MutexLock lock(mutex_);
    return probes_;
  }
  // Times of the company's probes.
  std::vector<absl::Time> Of(absl::string_view account_number) const {
    std::vector<absl::Time> times;
    for (const CountedProbe& probe : probes()) {
      if (probe.account_number == account_number) times.push_back(probe.time);
    }
    return times;
  }
  int most_at_once() const {
    MutexLock lock(mutex_);
    return most_at_once_;
  }
  void Reset() {
    MutexLock lock(mutex_);
    probes_.clear();
    most_at_once_ = 0;
  }

  absl::string_view id() const override { return provider_.id(); }
  const v1::Connector& connector() const override { return provider_.connector(); }
  absl::optional<ReadCredentials> Read(const v1::Credentials& input,
                                       FieldFaults& faults) const override {
    return provider_.Read(input, faults);
  }
  Task<ProbeResult> Probe(const ProviderCredentials& credentials, Deadline deadline) override {
    {
      MutexLock lock(mutex_);
      probes_.push_back({clock_.Now(), credentials.account_number});
      most_at_once_ = std::max(most_at_once_, ++at_once_);
    }
    ProbeResult result = co_await provider_.Probe(credentials, deadline);
    {
      MutexLock lock(mutex_);
      --at_once_;
    }
    co_return result;
  }

 private:
  Provider& provider_;
  const Clock& clock_;
  mutable Mutex mutex_;
  std::vector<CountedProbe> probes_ ABSL_GUARDED_BY(mutex_);
  int at_once_ ABSL_GUARDED_BY(mutex_) = 0;
  int most_at_once_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace credlink
