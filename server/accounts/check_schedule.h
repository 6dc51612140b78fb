// When an account is checked next.
#pragma once

#include <cstdint>
#include <random>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "credlink/v1/account.pb.h"
#include "server/runtime/mutex.h"

namespace credlink {

struct CheckScheduleOptions {
  absl::Duration interval = absl::Hours(6);  // between checks of a HEALTHY account
  double jitter = 0.2;                       // each pause is so much longer or shorter, at random
  absl::Duration first_retry = absl::Minutes(1);       // after a check that proved nothing; then
                                                       // doubled, up to the interval
  absl::Duration retry_in_outage = absl::Minutes(15);  // or up to this during an outage of the
                                                       // provider: its end is to be noticed
  int most_intervals = 4;  // an UNHEALTHY account is checked ever less, down to once in so many
  absl::optional<uint32_t> seed{};  // of what is random; without it, another one each time

  // In so long every HEALTHY account is checked.
  absl::Duration longest_pause() const { return interval * (1 + jitter); }
};

// Thread-safe.
class CheckSchedule {
 public:
  explicit CheckSchedule(CheckScheduleOptions options = {})
      : options_(options), random_(options.seed.value_or(std::random_device()())) {}

  // When, after a check or a proof that ended at `now` and is recorded in the account. Not before
  // the pause for which the provider asked, if that is no longer than the interval.
  absl::Time Next(const v1::Account& account, absl::Time now,
                  absl::optional<absl::Duration> asked = absl::nullopt);
  // When, after a check that has just made an account UNHEALTHY. What failed before was something
  // else.
  absl::Time AfterRefusal(absl::Time now);

 private:
  absl::Duration PauseAfter(const v1::Account& account) const;
  absl::Duration Spread(absl::Duration pause);

  const CheckScheduleOptions options_;
  Mutex mutex_;
  std::minstd_rand random_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace credlink
