#include "server/accounts/prove.h"

#include <boost/asio/this_coro.hpp>

#include "server/faults/faults.h"

namespace credlink {
namespace {

constexpr absl::Duration kAnswerMargin = absl::Milliseconds(200);

}  // namespace

Task<absl::StatusOr<ProbeResult>> Prove(Provider* provider, const ProviderCredentials& credentials,
                                        Deadline deadline, DeadlineOf whose) {
  if (provider == nullptr) co_return Fault(v1::ERROR_REASON_INTERNAL);
  // What is cancelled before the probe waits for anything would not stop it.
  const auto cancelled = co_await boost::asio::this_coro::cancellation_state;
  if (cancelled.cancelled() != boost::asio::cancellation_type::none) {
    co_return Fault(v1::ERROR_REASON_CANCELLED);
  }
  const Deadline until = deadline.Before(kAnswerMargin);
  ProbeResult probe = co_await provider->Probe(credentials, until);
  if (probe.cancelled) co_return Fault(v1::ERROR_REASON_CANCELLED);
  if (probe.verdict.outcome() == v1::Verdict::OUTCOME_INDETERMINATE && until.Passed()) {
    co_return Fault(whose == DeadlineOf::kCaller ? v1::ERROR_REASON_DEADLINE_EXCEEDED
                                                 : v1::ERROR_REASON_SERVER_OVERLOADED);
  }
  co_return probe;
}

void LogVerdict(const v1::Verdict& verdict, absl::string_view what, const Caller& caller,
                absl::string_view tenant, absl::string_view account_number, Log& log) {
  log.Info(what, {{"caller", caller.identity},
                  {"tenant", tenant},
                  {"account_number", account_number},
                  {"reason", ReasonName(verdict.reason())},
                  {"upstream_class", v1::UpstreamClass_Name(verdict.evidence().upstream_class())}});
}

absl::Status RequireValid(const ProbeResult& probe, absl::string_view what, const Caller& caller,
                          absl::string_view tenant, absl::string_view account_number, Log& log) {
  const v1::Verdict& verdict = probe.verdict;
  if (verdict.outcome() == v1::Verdict::OUTCOME_VALID) return absl::OkStatus();
  LogVerdict(verdict, what, caller, tenant, account_number, log);
  return Fault(verdict.reason(), {}, probe.retry_after);
}

}  // namespace credlink
