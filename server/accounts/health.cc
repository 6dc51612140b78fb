#include "server/accounts/health.h"

#include "server/accounts/account_factory.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

void RecordSuccess(v1::Account& account, const ProbeResult& probe) {
  account.set_health(v1::Account::HEALTH_HEALTHY);
  account.clear_health_reason();
  account.clear_last_check_reason();
  account.set_consecutive_failures(0);
  account.set_user_count(probe.user_count);
  *account.mutable_last_success_time() = probe.verdict.evidence().time();
  *account.mutable_credential()->mutable_last_verified_time() = probe.verdict.evidence().time();
}

void RecordFailure(v1::Account& account, const v1::Verdict& verdict, bool outage) {
  account.set_consecutive_failures(account.consecutive_failures() + 1);
  const v1::ErrorReason reason = outage ? v1::ERROR_REASON_UPSTREAM_OUTAGE : verdict.reason();
  *account.mutable_last_check_reason() = ReasonFor(reason);
  if (outage || verdict.outcome() != v1::Verdict::OUTCOME_INVALID) return;
  account.set_health(v1::Account::HEALTH_UNHEALTHY);
  *account.mutable_health_reason() = ReasonFor(reason);
}

}  // namespace

v1::HealthReason ReasonFor(v1::ErrorReason reason) {
  const v1::ReasonInfo& info = InfoOf(reason);
  v1::HealthReason health_reason;
  health_reason.set_code(reason);
  health_reason.set_message(info.message());
  *health_reason.mutable_next_step() = info.next_step();
  return health_reason;
}

bool RecordCheck(v1::Account& account, const ProbeResult& probe, bool outage, absl::Time now) {
  const v1::Account::Health before = account.health();
  *account.mutable_last_check_time() = ToProto(now);
  if (probe.verdict.outcome() == v1::Verdict::OUTCOME_VALID) {
    RecordSuccess(account, probe);
  } else {
    RecordFailure(account, probe.verdict, outage);
  }
  if (account.health() == before) return false;
  NewEtag(account);
  return true;
}

}  // namespace credlink
