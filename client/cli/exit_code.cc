#include "client/cli/exit_code.h"

#include "absl/strings/match.h"
#include "client/cpp/error.h"

namespace credlink::cli {
namespace {

// An error about LastPass, not about the server: the server is fine, and the pair is unproven.
bool IsAboutLastPass(const absl::Status& status) {
  return absl::StartsWith(client::DetailsOf(status).reason, "UPSTREAM_");
}

}  // namespace

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitOk;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return kExitUsage;
    case absl::StatusCode::kFailedPrecondition:
      return kExitRefused;
    case absl::StatusCode::kNotFound:
      return kExitNotFound;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
      return kExitConflict;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
      return IsAboutLastPass(status) ? kExitUnproven : kExitUnreachable;
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return kExitUnreachable;
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return kExitDenied;
    case absl::StatusCode::kDataLoss:
      return kExitDataLoss;
    default:
      return kExitInternal;
  }
}

ExitCode ExitCodeOf(v1::Verdict::Outcome outcome) {
  switch (outcome) {
    case v1::Verdict::OUTCOME_VALID:
      return kExitOk;
    case v1::Verdict::OUTCOME_INVALID:
      return kExitRefused;
    default:
      return kExitUnproven;
  }
}

}  // namespace credlink::cli
