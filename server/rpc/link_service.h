// credlink.v1.LinkService over the use cases of server/accounts.
#pragma once

#include "credlink/v1/link_service.grpc.pb.h"
#include "server/accounts/account_reader.h"
#include "server/accounts/linker.h"
#include "server/rpc/call.h"
#include "server/rpc/watch_call.h"
#include "server/rpc/wiping_allocator.h"

namespace credlink {

namespace internal {
// ListAccounts and WatchAccounts are raw: their responses are put together from stored bytes; see
// list_wire.proto and watch_wire.proto.
using LinkServiceBase = v1::LinkService::WithCallbackMethod_ValidateCredentials<
    v1::LinkService::WithCallbackMethod_LinkAccount<
        v1::LinkService::WithRawCallbackMethod_ListAccounts<
            v1::LinkService::WithCallbackMethod_GetAccount<
                v1::LinkService::WithRawCallbackMethod_WatchAccounts<v1::LinkService::Service>>>>>;
}  // namespace internal

// Each method is a handler, which only starts a coroutine, and that coroutine.
class LinkService final : public internal::LinkServiceBase {
 public:
  LinkService(CallEnvironment& environment, Linker& linker, AccountReader& reader,
              StreamEnvironment& streams, Watcher& watcher);

  grpc::ServerUnaryReactor* ValidateCredentials(grpc::CallbackServerContext* context,
                                                const v1::ValidateCredentialsRequest* request,
                                                v1::ValidateCredentialsResponse* response) override;
  grpc::ServerUnaryReactor* LinkAccount(grpc::CallbackServerContext* context,
                                        const v1::LinkAccountRequest* request,
                                        v1::LinkAccountResponse* response) override;
  grpc::ServerUnaryReactor* ListAccounts(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetAccount(grpc::CallbackServerContext* context,
                                       const v1::GetAccountRequest* request,
                                       v1::GetAccountResponse* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchAccounts(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) override;

 private:
  Task<absl::Status> Validate(CallInfo info, v1::ValidateCredentialsRequest& request,
                              v1::ValidateCredentialsResponse& response);
  Task<absl::Status> Link(CallInfo info, v1::LinkAccountRequest& request,
                          v1::LinkAccountResponse& response);
  Task<absl::Status> List(const grpc::ByteBuffer& request, grpc::ByteBuffer& response);
  Task<absl::Status> Get(const v1::GetAccountRequest& request, v1::GetAccountResponse& response);

  CallEnvironment& environment_;
  Linker& linker_;
  AccountReader& reader_;
  StreamEnvironment& streams_;
  Watcher& watcher_;
  WipingAllocator<v1::ValidateCredentialsRequest, v1::ValidateCredentialsResponse>
      validate_messages_;
  WipingAllocator<v1::LinkAccountRequest, v1::LinkAccountResponse> link_messages_;
};

}  // namespace credlink
