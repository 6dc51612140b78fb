// Tells an outage of LastPass from credentials that stopped working: when the checks of many
// companies fail together, it is not the companies.
#pragma once

#include <map>
#include <string>

#include "absl/time/time.h"
#include "credlink/v1/verdict.pb.h"
#include "server/runtime/mutex.h"

namespace credlink {

struct OutageBrakeOptions {
  absl::Duration window = absl::Minutes(10);  // how long a check counts
  int min_failing = 10;                       // companies that fail, at least
  double min_share = 0.5;                     // of the companies that were checked
};

// Thread-safe.
class OutageBrake {
 public:
  explicit OutageBrake(OutageBrakeOptions options = {}) : options_(options) {}

  // The end of a check of a company that was not known to be UNHEALTHY. Only its last check counts.
  // Returns whether there is an outage now.
  bool Record(const std::string& account_number, v1::Verdict::Outcome outcome, absl::Time now);

  bool Engaged(absl::Time now);

 private:
  struct Check {
    absl::Time time;
    bool failed;
  };
  bool EngagedLocked(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(absl::Time before) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const OutageBrakeOptions options_;
  Mutex mutex_;
  std::map<std::string, Check> checks_ ABSL_GUARDED_BY(mutex_);
  std::multimap<absl::Time, std::string> by_time_ ABSL_GUARDED_BY(mutex_);
  int failing_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace credlink
