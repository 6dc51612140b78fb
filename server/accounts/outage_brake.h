// Tells an outage of LastPass from credentials that stopped working: when the checks of many
// companies fail together, it is not the companies.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/time/time.h"
#include "credlink/v1/account.pb.h"
#include "credlink/v1/verdict.pb.h"
#include "server/runtime/mutex.h"

namespace credlink {

struct OutageBrakeOptions {
  int most_companies = 100;  // only so many of the last ones count
  int min_failing = 10;      // an outage begins when the last so many fail without exception, or
  double begin_share = 0.7;  // so many, and this share of the companies that count
  double end_share = 0.4;    // it ends when fewer than this share fail,
  int min_working = 5;       // and so many work
  absl::Duration longest = absl::Hours(24);  // from then on, refusals are believed nevertheless
};

// An outage begins when enough companies fail, one check after another, however slowly these come.
// It lasts until enough of those that were checked in it work again, however long nobody is checked
// meanwhile; then everything before is forgotten.
//
// Before an outage is noticed, failing companies are taken at their word: min_failing - 1 of them,
// where nobody works any more. Fewer companies than min_failing never have an outage.
//
// Many companies that reset their hashes on the same day are no outage: where a fifth does, ten in
// a row do once in ten million times. The shares lie apart, so that an outage of half of LastPass
// does not come and go with every check.
//
// Thread-safe.
class OutageBrake {
 public:
  // `window` is how long a check counts: as long as every company takes to be checked once.
  OutageBrake(absl::Duration window, OutageBrakeOptions options)
      : window_(window), options_(options) {}

  // The end of a check of `account`, which is as it was before. Of a company's checks only the last
  // counts. Returns what Excuses() says then.
  bool Record(const v1::Account& account, v1::Verdict::Outcome outcome, absl::Time now);

  // Whether a check that ends so now says nothing about the account, for there is an outage.
  bool Excuses(v1::Verdict::Outcome outcome, absl::Time now);

  // Whether there is an outage, however long it has lasted.
  bool Engaged();

  // An outage that began `since` goes on: it was noticed before a restart. Of several the oldest
  // counts that has not lasted too long, if there is one.
  void Resume(absl::Time since, absl::Time now);

 private:
  struct Check {
    int64_t number;  // in the order in which they ended; the clock may be set back
    absl::Time time;
    bool failed;
  };
  bool Counts(const v1::Account& account, v1::Verdict::Outcome outcome) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Put(const std::string& account_number, bool failed, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Remove(const std::string& account_number) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool EnoughFail() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool EnoughWork(absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Begin(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool TooLong(absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool ExcusesNow(v1::Verdict::Outcome outcome, absl::Time now) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const absl::Duration window_;
  const OutageBrakeOptions options_;
  Mutex mutex_;
  std::map<std::string, Check> checks_ ABSL_GUARDED_BY(mutex_);
  std::map<int64_t, std::string> in_order_ ABSL_GUARDED_BY(mutex_);  // one of each company
  int64_t next_number_ ABSL_GUARDED_BY(mutex_) = 0;
  int failing_ ABSL_GUARDED_BY(mutex_) = 0;
  bool engaged_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time since_ ABSL_GUARDED_BY(mutex_);  // when engaged_
};

}  // namespace credlink
