// The bridge from gRPC's callback API to coroutines: the only place that knows both.
//
// gRPC 1.51 runs every handler on two threads in all. There a call gets as far as its first wait,
// and no further: until then it may compute a little, but never block. And gRPC's server never
// stops while one accepted call is not finished, so every call has exactly one Finish, here.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "server/accounts/caller.h"
#include "server/ops/log.h"
#include "server/rpc/admission.h"
#include "server/rpc/call_body.h"
#include "server/rpc/cut_off.h"
#include "server/runtime/deadline.h"
#include "server/runtime/executor.h"

namespace credlink {

// What every call needs. The parts outlive the server.
struct CallEnvironment {
  Executor& executor;
  Admission& admission;
  Log& log;
  absl::Duration max_call;
  absl::Duration finish_timeout = absl::Seconds(20);  // a large answer not read by then is given up
};

// What a use case gets to know of its call.
struct CallInfo {
  Caller caller;
  Deadline deadline;
};

// How large a call's answer may be. What fits into a connection's window gRPC lets go of by itself,
// at the latest with the connection; what does not is cut off after a time, which costs a timer.
enum class AnswerSize { kSmall, kLarge };

// One accepted call. It lives, and has its place, until gRPC has let go of it (OnDone): its
// coroutine has ended and its answer is sent, or nobody reads it.
class Call final : public grpc::ServerUnaryReactor, public std::enable_shared_from_this<Call> {
 public:
  // Runs make(CallInfo), a Task<absl::Status>, on a strand of its own, as far as its first wait on
  // this thread, and finishes the call with its result. Turns the call away when there is no place
  // for it. `method` is a constant, for the log. What `make` refers to (request, response, service)
  // lives until the call is finished.
  template <typename Make>
  static grpc::ServerUnaryReactor* Start(CallEnvironment& environment,
                                         grpc::CallbackServerContext* context, const char* method,
                                         Make make, AnswerSize size = AnswerSize::kSmall) {
    if (!environment.admission.Enter()) return Refuse(environment, context, method);
    auto call = std::make_shared<Call>(environment, method, context, size);
    call->held_by_grpc_ = call;
    CallInfo info{call->body_.caller(), DeadlineOf(environment, *context)};
    call->body_.Run(call, [make = std::move(make), info = std::move(info)]() mutable {
      return make(std::move(info));
    });
    return call.get();
  }

  Call(CallEnvironment& environment, const char* method, grpc::CallbackServerContext* context,
       AnswerSize size)
      : environment_(environment), body_(environment.executor, environment.log, method, *context) {
    if (size == AnswerSize::kLarge) cut_off_.emplace(body_.strand(), context);
  }

  // gRPC's threads. All only pass on, so gRPC may run them inline.
  void OnCancel() override { body_.Cancel(shared_from_this()); }
  void OnDone() override;
  bool InternalInlineable() override { return true; }

 private:
  friend class CallBody;

  static Deadline DeadlineOf(const CallEnvironment& environment,
                             const grpc::CallbackServerContext& context);
  static grpc::ServerUnaryReactor* Refuse(CallEnvironment& environment,
                                          grpc::CallbackServerContext* context, const char* method);

  // On the strand, once.
  void End(absl::Status status);

  CallEnvironment& environment_;
  CallBody body_;
  absl::optional<CutOff> cut_off_;
  std::shared_ptr<Call> held_by_grpc_;
};

}  // namespace credlink
