#include "server/rpc/call.h"

#include <algorithm>
#include <chrono>

#include "server/faults/faults.h"
#include "server/rpc/status.h"

namespace credlink {

Deadline Call::DeadlineOf(const CallEnvironment& environment,
                          const grpc::CallbackServerContext& context) {
  // Without a deadline of the caller's this is far in the future; the difference must not overflow.
  const auto now = std::chrono::system_clock::now();
  const auto latest = now + absl::ToChronoNanoseconds(environment.max_call);
  return Deadline::In(absl::FromChrono(std::min(context.deadline(), latest) - now));
}

grpc::ServerUnaryReactor* Call::Refuse(CallEnvironment& environment,
                                       grpc::CallbackServerContext* context, const char* method) {
  const absl::Status status = Fault(v1::ERROR_REASON_SERVER_OVERLOADED);
  CallBody(environment.executor, environment.log, method, *context).LogEnd(status);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

void Call::End(absl::Status status) {
  body_.LogEnd(status);
  if (cut_off_) cut_off_->Arm(shared_from_this(), environment_.finish_timeout);
  Finish(ToGrpcStatus(status));
  // Nothing of the request, the response or the context may be touched from here on.
}

void Call::OnDone() {
  if (cut_off_) cut_off_->Released();
  environment_.admission.Leave();
  held_by_grpc_.reset();
}

}  // namespace credlink
