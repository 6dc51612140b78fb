#include "client/cli/exit_code.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "credlink/v1/error_reason.pb.h"
#include "server/faults/faults.h"

namespace credlink::cli {
namespace {

TEST(ExitCodeTest, EveryReasonHasOne) {
  const struct {
    v1::ErrorReason reason;
    ExitCode code;
  } kTable[] = {
      {v1::ERROR_REASON_CID_MALFORMED, kExitUsage},
      {v1::ERROR_REASON_CREDENTIALS_REJECTED, kExitRefused},
      {v1::ERROR_REASON_UPSTREAM_UNAVAILABLE, kExitUnproven},
      {v1::ERROR_REASON_UPSTREAM_RATE_LIMITED, kExitUnproven},
      {v1::ERROR_REASON_ACCOUNT_NOT_FOUND, kExitNotFound},
      {v1::ERROR_REASON_ACCOUNT_ALREADY_LINKED, kExitConflict},
      {v1::ERROR_REASON_ACCOUNT_ID_TAKEN, kExitConflict},
      {v1::ERROR_REASON_ACCOUNT_NUMBER_MISMATCH, kExitUsage},
      {v1::ERROR_REASON_EVENTS_COMPACTED, kExitUsage},
      {v1::ERROR_REASON_RESUME_TOKEN_INVALID, kExitUsage},
      {v1::ERROR_REASON_ETAG_MISMATCH, kExitConflict},
      {v1::ERROR_REASON_CONCURRENT_CHANGE, kExitConflict},
      {v1::ERROR_REASON_ACCOUNT_SUSPENDED, kExitRefused},
      {v1::ERROR_REASON_ACCOUNT_NOT_DELETED, kExitRefused},
      {v1::ERROR_REASON_CREDENTIAL_VERSION_NOT_KEPT, kExitRefused},
      {v1::ERROR_REASON_TOO_MANY_ACCOUNTS, kExitRefused},
      {v1::ERROR_REASON_WATCH_TOO_SLOW, kExitUnreachable},
      {v1::ERROR_REASON_SERVER_STOPPING, kExitUnreachable},
      {v1::ERROR_REASON_SERVER_OVERLOADED, kExitUnreachable},
      {v1::ERROR_REASON_STORE_UNAVAILABLE, kExitUnreachable},
      {v1::ERROR_REASON_DEADLINE_EXCEEDED, kExitUnreachable},
      {v1::ERROR_REASON_KEY_UNAVAILABLE, kExitDataLoss},
      {v1::ERROR_REASON_INTEGRITY_FAILURE, kExitDataLoss},
      {v1::ERROR_REASON_INTERNAL, kExitInternal},
  };
  for (const auto& row : kTable) {
    EXPECT_EQ(ExitCodeOf(Fault(row.reason)), row.code) << ReasonName(row.reason);
  }
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), kExitOk);
  EXPECT_EQ(ExitCodeOf(absl::AbortedError("")), kExitConflict);
  EXPECT_EQ(ExitCodeOf(absl::PermissionDeniedError("")), kExitDenied);
  EXPECT_EQ(ExitCodeOf(absl::UnauthenticatedError("")), kExitDenied);
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("no connection")), kExitUnreachable);
}

TEST(ExitCodeTest, ZeroOnlyForSuccess) {
  for (int code = 1; code <= 16; ++code) {
    EXPECT_NE(ExitCodeOf(absl::Status(static_cast<absl::StatusCode>(code), "")), kExitOk) << code;
  }
  EXPECT_EQ(ExitCodeOf(v1::Verdict::OUTCOME_VALID), kExitOk);
  EXPECT_EQ(ExitCodeOf(v1::Verdict::OUTCOME_INVALID), kExitRefused);
  EXPECT_EQ(ExitCodeOf(v1::Verdict::OUTCOME_INDETERMINATE), kExitUnproven);
  EXPECT_EQ(ExitCodeOf(v1::Verdict::OUTCOME_UNSPECIFIED), kExitUnproven);
}

// The table that users read.
TEST(ExitCodeTest, TheReadmeListsThemAll) {
  std::ifstream file("client/cli/README.md");
  std::stringstream text;
  text << file.rdbuf();
  ASSERT_TRUE(file) << "cannot read the README";
  for (int code = kExitOk; code <= kExitDataLoss; ++code) {
    EXPECT_NE(text.str().find(absl::StrCat("| ", code, " |")), std::string::npos) << code;
  }
}

}  // namespace
}  // namespace credlink::cli
