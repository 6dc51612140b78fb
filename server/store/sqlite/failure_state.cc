#include "server/store/sqlite/failure_state.h"

#include "credlink/v1/error_reason.pb.h"
#include "server/faults/faults.h"
#include "server/store/sqlite/sqlite_error.h"

namespace credlink::sqlite {

void FailureState::Report(const absl::Status& error) {
  const Severity severity = SeverityOf(error);
  if (severity == Severity::kAlone || severity == Severity::kPassing) {
    if (on_trouble_) on_trouble_(error);
    return;
  }
  if (failed_.exchange(true, std::memory_order_acq_rel)) return;
  if (on_failure_) on_failure_(error);
}

absl::Status FailureState::AnswerTo(const absl::Status& error) {
  if (SeverityOf(error) == Severity::kDamaged) {
    if (on_trouble_) on_trouble_(error);
    return Fault(v1::ERROR_REASON_INTEGRITY_FAILURE);
  }
  Report(error);
  return StoreUnavailable();
}

absl::Status StoreUnavailable() { return Fault(v1::ERROR_REASON_STORE_UNAVAILABLE); }

}  // namespace credlink::sqlite
