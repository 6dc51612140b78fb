#include "client/cli/import_retry.h"

#include <algorithm>

#include "client/cpp/error.h"

namespace credlink::cli {
namespace {

constexpr int kAttempts = 8;
constexpr int kAttemptsAtRiddles = 2;
constexpr absl::Duration kFirstPause = absl::Milliseconds(500);
constexpr absl::Duration kLongestPause = absl::Minutes(1);

Bearing BearingOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return Bearing::kEvery;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kInternal:
      return Bearing::kMany;
    default:
      return Bearing::kNone;
  }
}

absl::Duration PauseAfter(int attempt, const client::ErrorDetails& details) {
  const absl::Duration first = details.retry_after.value_or(kFirstPause);
  return std::max(first, std::min(first * (1 << (attempt - 1)), kLongestPause));
}

}  // namespace

ImportRetry RetryOf(const absl::Status& status, int attempt) {
  const client::ErrorDetails details = client::DetailsOf(status);
  // About one company, though it comes as UNAVAILABLE.
  const bool is_riddle =
      details.reason == "UPSTREAM_UNEXPECTED_ANSWER" || details.reason == "UPSTREAM_API_ERROR";
  ImportRetry retry;
  if (!is_riddle) retry.bearing = BearingOf(status);
  const bool may_pass = details.retry_after.has_value() || absl::IsUnavailable(status);
  if (may_pass && attempt < (is_riddle ? kAttemptsAtRiddles : kAttempts)) {
    retry.again = PauseAfter(attempt, details);
  }
  return retry;
}

}  // namespace credlink::cli
