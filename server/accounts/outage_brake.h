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
  int most_companies = 100;                   // only so many of the last ones count
  int min_failing = 10;                       // companies that fail, at least
  double min_share = 0.7;                     // of the companies that count
  absl::Duration longest = absl::Hours(24);   // what lasts longer is no outage
};

// An outage begins when enough companies fail. It lasts until enough of those that were checked in
// it work again, however long nobody is checked meanwhile; then everything before is forgotten.
//
// Before an outage is noticed, failing companies are taken at their word: one less than min_failing
// when few were checked lately, and never more than min_share of most_companies.
//
// The share keeps apart from an outage that many companies reset their hashes on the same day: were
// it a half, a fifth of 500 companies would pass for an outage once in a hundred times.
//
// Thread-safe.
class OutageBrake {
 public:
  explicit OutageBrake(OutageBrakeOptions options = {}) : options_(options) {}

  // The end of a check of a company that was not known to be UNHEALTHY. Only its last check counts.
  // Returns whether there is an outage now.
  bool Record(const std::string& account_number, v1::Verdict::Outcome outcome, absl::Time now);

  bool Engaged(absl::Time now);

 private:
  using ByTime = std::multimap<absl::Time, std::string>;
  struct Check {
    ByTime::iterator place;
    bool failed;
  };
  void Put(const std::string& account_number, bool failed, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Remove(const std::string& account_number) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Begin(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool TooLong(absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const OutageBrakeOptions options_;
  Mutex mutex_;
  std::map<std::string, Check> checks_ ABSL_GUARDED_BY(mutex_);
  ByTime by_time_ ABSL_GUARDED_BY(mutex_);  // one of each company
  int failing_ ABSL_GUARDED_BY(mutex_) = 0;
  bool engaged_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time since_ ABSL_GUARDED_BY(mutex_);  // when engaged_
};

}  // namespace credlink
