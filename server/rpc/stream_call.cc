#include "server/rpc/stream_call.h"

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
      cut_off_(body_.strand(), context) {}

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
  cut_off_.Arm(shared_from_this(), environment_.finish_timeout);
  // Allowed while a write is on: gRPC sends the status behind it.
  Finish(ToGrpcStatus(status));
  // Nothing of the request, the context or the environment may be touched from here on.
}

void StreamCall::OnDone() {
  cut_off_.Released();
  environment_.admission.Leave();
  held_by_grpc_.reset();
}

}  // namespace credlink
