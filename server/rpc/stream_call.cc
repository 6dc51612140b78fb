#include "server/rpc/stream_call.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "server/faults/faults.h"
#include "server/rpc/status.h"

namespace credlink {
namespace {

grpc::ByteBuffer Share(std::shared_ptr<const std::string> bytes) {
  auto* owner = new std::shared_ptr<const std::string>(std::move(bytes));
  const grpc::Slice slice(
      const_cast<char*>((*owner)->data()), (*owner)->size(),
      [](void* owner) { delete static_cast<std::shared_ptr<const std::string>*>(owner); }, owner);
  return grpc::ByteBuffer(&slice, 1);
}

// A stream that was turned away.
class RefusedStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit RefusedStream(const absl::Status& status) { Finish(ToGrpcStatus(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

StreamCall::StreamCall(StreamEnvironment& environment, const char* method,
                       grpc::CallbackServerContext* context)
    : environment_(environment),
      body_(environment.executor, environment.log, method, *context),
      write_done_(Signal::Create(body_.strand())),
      released_(Signal::Create(body_.strand())),
      context_(context) {}

grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamCall::Refuse(StreamEnvironment& environment,
                                                               grpc::CallbackServerContext* context,
                                                               const char* method) {
  const absl::Status status = Fault(v1::ERROR_REASON_SERVER_OVERLOADED);
  CallBody(environment.executor, environment.log, method, *context).LogEnd(status);
  return new RefusedStream(status);
}

Task<absl::Status> StreamCall::Write(std::shared_ptr<const std::string> response) {
  buffer_ = Share(std::move(response));
  StartWrite(&buffer_);
  const Signal::End end = co_await write_done_->Wait(Deadline::In(environment_.write_timeout));
  if (end == Signal::End::kTimePassed) co_return Fault(v1::ERROR_REASON_WATCH_TOO_SLOW);
  if (end == Signal::End::kCancelled) co_return Fault(v1::ERROR_REASON_CANCELLED);
  buffer_.Clear();
  if (!write_ok_) co_return Fault(v1::ERROR_REASON_CANCELLED);
  co_return absl::OkStatus();
}

void StreamCall::OnWriteDone(bool ok) {
  write_ok_ = ok;
  write_done_->Raise();
}

void StreamCall::End(absl::Status status) {
  body_.LogEnd(status);
  boost::asio::co_spawn(body_.strand(), CutOff(shared_from_this(), environment_.finish_timeout),
                        boost::asio::detached);
  // Allowed while a write is on: gRPC sends the status behind it.
  Finish(ToGrpcStatus(status));
  // Nothing of the request, the context or the environment may be touched from here on.
}

Task<void> StreamCall::CutOff(std::shared_ptr<StreamCall> call, absl::Duration timeout) {
  const Signal::End end = co_await call->released_->Wait(Deadline::In(timeout));
  if (end != Signal::End::kTimePassed) co_return;
  MutexLock lock(call->mutex_);
  if (call->context_ != nullptr) call->context_->TryCancel();
}

void StreamCall::OnDone() {
  {
    MutexLock lock(mutex_);
    context_ = nullptr;
  }
  released_->Raise();
  environment_.admission.Leave();
  held_by_grpc_.reset();
}

}  // namespace credlink
