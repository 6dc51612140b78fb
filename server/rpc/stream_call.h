// The bridge from gRPC's callback API to coroutines for server streams; see call.h for single
// answers.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/accounts/watch_sink.h"
#include "server/ops/log.h"
#include "server/rpc/admission.h"
#include "server/rpc/call_body.h"
#include "server/rpc/cut_off.h"
#include "server/runtime/executor.h"
#include "server/runtime/signal.h"

namespace credlink {

// What every stream needs. The parts outlive the server.
struct StreamEnvironment {
  Executor& executor;
  Admission& admission;  // its own: streams last, and must not take the places of calls
  Log& log;
  absl::Duration write_timeout = absl::Seconds(20);  // a reader that needs longer is too slow
  absl::Duration finish_timeout = absl::Seconds(5);  // then a finished stream is cut off
};

// One accepted stream. It lives, and has its place, until gRPC has let go of it (OnDone), which is
// after its coroutine has ended.
class StreamCall final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                         public WatchSink,
                         public std::enable_shared_from_this<StreamCall> {
 public:
  // Runs make(WatchSink&), a Task<absl::Status>, on a strand of its own, as far as its first wait
  // on this thread, and finishes the stream with its result. Turns the call away when there is no
  // place for it. `method` is a constant, for the log. What `make` refers to (request, sink,
  // service) lives until the stream is finished.
  template <typename Make>
  static grpc::ServerWriteReactor<grpc::ByteBuffer>* Start(StreamEnvironment& environment,
                                                           grpc::CallbackServerContext* context,
                                                           const char* method, Make make) {
    if (!environment.admission.Enter()) return Refuse(environment, context, method);
    auto call = std::make_shared<StreamCall>(environment, method, context);
    call->held_by_grpc_ = call;
    WatchSink& sink = *call;
    call->body_.Run(call, [make = std::move(make), &sink]() mutable { return make(sink); });
    return call.get();
  }

  StreamCall(StreamEnvironment& environment, const char* method,
             grpc::CallbackServerContext* context);

  // On the strand. Copies nothing: gRPC shares the bytes until they are sent.
  Task<absl::Status> Write(std::shared_ptr<const std::string> response) override;

  // gRPC's threads. All only pass on.
  void OnWriteDone(bool ok) override;
  void OnCancel() override { body_.Cancel(shared_from_this()); }
  void OnDone() override;
  bool InternalInlineable() override { return true; }

 private:
  friend class CallBody;

  static grpc::ServerWriteReactor<grpc::ByteBuffer>* Refuse(StreamEnvironment& environment,
                                                            grpc::CallbackServerContext* context,
                                                            const char* method);

  // On the strand, once.
  void End(absl::Status status);

  StreamEnvironment& environment_;
  CallBody body_;
  const std::shared_ptr<Signal> write_done_;
  CutOff cut_off_;
  std::atomic<bool> write_ok_{false};
  grpc::ByteBuffer buffer_;  // gRPC's from StartWrite to OnWriteDone
  std::shared_ptr<StreamCall> held_by_grpc_;
};

}  // namespace credlink
