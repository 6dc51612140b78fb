// credlink.v1.LinkService over the use cases of server/accounts.
#pragma once

#include "credlink/v1/link_service.grpc.pb.h"
#include "server/accounts/account_services.h"
#include "server/rpc/call.h"
#include "server/rpc/watch_call.h"
#include "server/rpc/wiping_allocator.h"

namespace credlink {

namespace internal {

// gRPC's generated classes choose each method's kind by stacking templates: Methods<...>::Type is
// the first over the second and so on, over the service itself.
template <template <typename> class First, template <typename> class... Rest>
struct Methods {
  using Type = First<typename Methods<Rest...>::Type>;
};
template <template <typename> class Last>
struct Methods<Last> {
  using Type = Last<v1::LinkService::Service>;
};

// ListAccounts and WatchAccounts are raw: their responses are put together from stored bytes; see
// list_wire.proto and watch_wire.proto.
using LinkServiceBase = Methods<v1::LinkService::WithRawCallbackMethod_ListAccounts,
                                v1::LinkService::WithRawCallbackMethod_WatchAccounts,
                                v1::LinkService::WithCallbackMethod_ValidateCredentials,
                                v1::LinkService::WithCallbackMethod_LinkAccount,
                                v1::LinkService::WithCallbackMethod_GetAccount,
                                v1::LinkService::WithCallbackMethod_UpdateAccount,
                                v1::LinkService::WithCallbackMethod_RotateCredentials,
                                v1::LinkService::WithCallbackMethod_RollbackCredentials,
                                v1::LinkService::WithCallbackMethod_CheckAccount,
                                v1::LinkService::WithCallbackMethod_SuspendAccount,
                                v1::LinkService::WithCallbackMethod_ResumeAccount,
                                v1::LinkService::WithCallbackMethod_DeleteAccount,
                                v1::LinkService::WithCallbackMethod_UndeleteAccount,
                                v1::LinkService::WithCallbackMethod_PurgeAccount>::Type;

}  // namespace internal

// Each method only starts a coroutine.
class LinkService final : public internal::LinkServiceBase {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  LinkService(CallEnvironment& calls, StreamEnvironment& streams, AccountServices& accounts);

  Reactor* ValidateCredentials(Context* context, const v1::ValidateCredentialsRequest* request,
                               v1::ValidateCredentialsResponse* response) override;
  Reactor* LinkAccount(Context* context, const v1::LinkAccountRequest* request,
                       v1::LinkAccountResponse* response) override;
  Reactor* ListAccounts(Context* context, const grpc::ByteBuffer* request,
                        grpc::ByteBuffer* response) override;
  Reactor* GetAccount(Context* context, const v1::GetAccountRequest* request,
                      v1::GetAccountResponse* response) override;
  Reactor* UpdateAccount(Context* context, const v1::UpdateAccountRequest* request,
                         v1::UpdateAccountResponse* response) override;
  Reactor* RotateCredentials(Context* context, const v1::RotateCredentialsRequest* request,
                             v1::RotateCredentialsResponse* response) override;
  Reactor* RollbackCredentials(Context* context, const v1::RollbackCredentialsRequest* request,
                               v1::RollbackCredentialsResponse* response) override;
  Reactor* CheckAccount(Context* context, const v1::CheckAccountRequest* request,
                        v1::CheckAccountResponse* response) override;
  Reactor* SuspendAccount(Context* context, const v1::SuspendAccountRequest* request,
                          v1::SuspendAccountResponse* response) override;
  Reactor* ResumeAccount(Context* context, const v1::ResumeAccountRequest* request,
                         v1::ResumeAccountResponse* response) override;
  Reactor* DeleteAccount(Context* context, const v1::DeleteAccountRequest* request,
                         v1::DeleteAccountResponse* response) override;
  Reactor* UndeleteAccount(Context* context, const v1::UndeleteAccountRequest* request,
                           v1::UndeleteAccountResponse* response) override;
  Reactor* PurgeAccount(Context* context, const v1::PurgeAccountRequest* request,
                        v1::PurgeAccountResponse* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchAccounts(
      Context* context, const grpc::ByteBuffer* request) override;

 private:
  Task<absl::Status> List(const grpc::ByteBuffer& request, grpc::ByteBuffer& response);

  CallEnvironment& calls_;
  StreamEnvironment& streams_;
  AccountServices& accounts_;
  WipingAllocator<v1::ValidateCredentialsRequest, v1::ValidateCredentialsResponse>
      validate_messages_;
  WipingAllocator<v1::LinkAccountRequest, v1::LinkAccountResponse> link_messages_;
  WipingAllocator<v1::RotateCredentialsRequest, v1::RotateCredentialsResponse> rotate_messages_;
};

}  // namespace credlink
