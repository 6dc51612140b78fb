#include "tests/bench/grpc_target.h"

#include <grpcpp/create_channel.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"

namespace credlink::bench {
namespace {

constexpr int kConnections = 4;

}  // namespace

struct GrpcTarget::ClientCall {
  grpc::ClientContext context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer response;
  Done done;
};

GrpcTarget::GrpcTarget(int port, std::string method, MakeRequest make_request,
                       IsExpected is_expected)
    : method_(std::move(method)),
      make_request_(std::move(make_request)),
      is_expected_(std::move(is_expected)) {
  for (int i = 0; i < kConnections; ++i) {
    stubs_.push_back(
        std::make_unique<grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer>>(
            NewChannel(port)));
  }
}

void GrpcTarget::Call(Done done) {
  auto owned = std::make_unique<ClientCall>();
  owned->context.set_deadline(std::chrono::system_clock::now() +
                              std::chrono::seconds(kCallTimeoutSeconds));
  owned->request = make_request_();
  owned->done = std::move(done);
  auto& stub = *stubs_[next_.fetch_add(1, std::memory_order_relaxed) % stubs_.size()];
  ClientCall* call = owned.release();  // its callback deletes it
  stub.UnaryCall(&call->context, method_, {}, &call->request, &call->response,
                 [this, call](const grpc::Status& status) { End(call, status); });
}

void GrpcTarget::End(ClientCall* call, const grpc::Status& status) {
  absl::Status result;
  if (!status.ok()) {
    result = absl::UnavailableError(absl::StrCat(
        method_, ": code ", static_cast<int>(status.error_code()), ", ", status.error_message()));
  } else if (!is_expected_(call->response)) {
    result = absl::InternalError(absl::StrCat(method_, ": unexpected answer"));
  }
  Done done = std::move(call->done);
  // Before anybody learns of the end: the context holds the channel, and whoever lets go of the
  // last channel joins gRPC's threads (1.51), which must not be one of them.
  delete call;
  std::move(done)(std::move(result));
}

std::shared_ptr<grpc::Channel> NewChannel(int port) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // or all channels share a connection
  return grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port),
                                   grpc::InsecureChannelCredentials(), arguments);
}

grpc::ByteBuffer ToByteBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace credlink::bench
