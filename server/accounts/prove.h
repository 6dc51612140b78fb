// Asking the provider whether credentials work.
#pragma once

#include "absl/status/statusor.h"
#include "server/accounts/caller.h"
#include "server/ops/log.h"
#include "server/providers/provider.h"
#include "server/runtime/deadline.h"
#include "server/runtime/task.h"

namespace credlink {

// Whose a deadline is that passes: a caller's, who gets DEADLINE_EXCEEDED; or the server's own,
// which is longer than a provider may take, so that it was the server's turn that did not come in
// time: SERVER_OVERLOADED.
enum class DeadlineOf { kCaller, kServer };

// The provider's verdict, or why there is none: CANCELLED, or what the deadline gives. Leaves a
// little of the deadline for what comes after it: sealing, storing, answering. `provider` is
// nullptr for an account of a provider that this server does not have: INTERNAL. `credentials` must
// outlive the Task.
Task<absl::StatusOr<ProbeResult>> Prove(Provider* provider, const ProviderCredentials& credentials,
                                        Deadline deadline, DeadlineOf whose = DeadlineOf::kCaller);

// Logs a verdict that is not VALID. `what` is a constant, such as "check failed".
void LogVerdict(const v1::Verdict& verdict, absl::string_view what, const Caller& caller,
                absl::string_view tenant, absl::string_view account_number, Log& log);

// OK for VALID; otherwise the error with the verdict's reason, which is logged, too.
absl::Status RequireValid(const ProbeResult& probe, absl::string_view what, const Caller& caller,
                          absl::string_view tenant, absl::string_view account_number, Log& log);

}  // namespace credlink
