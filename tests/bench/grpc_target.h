// One method of a gRPC server. Messages stay bytes on the client's side, so that its own work,
// which shares the machine with the server's, is as small as it can be.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/target.h"

namespace credlink::bench {

class GrpcTarget final : public Target {
 public:
  using MakeRequest = std::function<grpc::ByteBuffer()>;  // thread-safe
  using IsExpected = std::function<bool(const grpc::ByteBuffer&)>;

  // `method` as in "/package.Service/Method". Four connections of its own.
  GrpcTarget(int port, std::string method, MakeRequest make_request, IsExpected is_expected);

  // Round robin over the connections.
  void Call(Done done) override;

 private:
  struct ClientCall;
  void End(ClientCall* call, const grpc::Status& status);

  const std::string method_;
  const MakeRequest make_request_;
  const IsExpected is_expected_;
  std::vector<std::unique_ptr<grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer>>>
      stubs_;
  std::atomic<unsigned> next_{0};
};

std::shared_ptr<grpc::Channel> NewChannel(int port);

grpc::ByteBuffer ToByteBuffer(const std::string& bytes);

}  // namespace credlink::bench
