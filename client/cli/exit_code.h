// What the shell gets to know. README.md beside this lists the codes for users; they never change.
#pragma once

#include "absl/status/status.h"
#include "credlink/v1/verdict.pb.h"

namespace credlink::cli {

enum ExitCode {
  kExitOk = 0,        // done; for validate and check: VALID
  kExitInternal = 1,  // a fault of the server's or of this program's
  // Wrong flags, or the server found the input malformed. Also a resume token whose events are gone
  // (OUT_OF_RANGE): the same input will never do again.
  kExitUsage = 2,
  kExitRefused = 3,   // LastPass refused the pair, or the state does not allow it
  kExitUnproven = 4,  // LastPass gave no answer that proves either
  kExitNotFound = 5,
  kExitConflict = 6,     // linked already, the name is taken, or changed by others (ABORTED)
  kExitUnreachable = 7,  // the server cannot be reached, is overloaded, or the time was over
  kExitDenied = 8,       // the server does not let this caller do that
  kExitDataLoss = 9,     // a stored record is damaged, or its key is missing
};

ExitCode ExitCodeOf(const absl::Status& status);
ExitCode ExitCodeOf(v1::Verdict::Outcome outcome);

}  // namespace credlink::cli
