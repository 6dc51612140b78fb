// Where gRPC puts the messages of methods that take secrets.
#pragma once

#include <grpcpp/support/message_allocator.h>

#include "server/secrets/sensitive_fields.h"

namespace credlink {

// Gives every call a request and a response of its own, and wipes the request's sensitive fields
// before its memory is freed, however the call has ended. The request may be changed by the call.
template <typename Request, typename Response>
class WipingAllocator final : public grpc::MessageAllocator<Request, Response> {
 public:
  grpc::MessageHolder<Request, Response>* AllocateMessages() override { return new Holder; }

 private:
  class Holder final : public grpc::MessageHolder<Request, Response> {
   public:
    Holder() {
      this->set_request(&request_);
      this->set_response(&response_);
    }
    void Release() override {
      WipeSensitiveFields(request_);
      delete this;
    }

   private:
    Request request_;
    Response response_;
  };
};

}  // namespace credlink
