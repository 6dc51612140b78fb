#include "server/rpc/link_service.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <utility>

#include "server/faults/faults.h"
#include "server/rpc/list_wire.pb.h"

namespace credlink {
namespace {

// Requests of these methods are made by our own allocator, for the call to change.
template <typename Request>
Request& Mutable(const Request* request) {
  return *const_cast<Request*>(request);
}

// Puts a use case's answer into the response.
template <typename T>
Task<absl::Status> Answer(Task<absl::StatusOr<T>> use_case, T* answer) {
  absl::StatusOr<T> result = co_await std::move(use_case);
  if (!result.ok()) co_return result.status();
  *answer = *std::move(result);
  co_return absl::OkStatus();
}

absl::Status Unreadable() {
  FieldFaults faults;
  faults.Add("", v1::ERROR_REASON_FIELD_MALFORMED, "The message is not a ListAccountsRequest.");
  return faults.ToStatus();
}

}  // namespace

LinkService::LinkService(CallEnvironment& calls, StreamEnvironment& streams,
                         AccountServices& accounts)
    : calls_(calls), streams_(streams), accounts_(accounts) {
  SetMessageAllocatorFor_ValidateCredentials(&validate_messages_);
  SetMessageAllocatorFor_LinkAccount(&link_messages_);
  SetMessageAllocatorFor_RotateCredentials(&rotate_messages_);
}

LinkService::Reactor* LinkService::ValidateCredentials(
    Context* context, const v1::ValidateCredentialsRequest* request,
    v1::ValidateCredentialsResponse* response) {
  return Call::Start(
      calls_, context, "ValidateCredentials", [this, request, response](CallInfo info) {
        return Answer(
            accounts_.linker.Validate(std::move(info.caller), Mutable(request), info.deadline),
            response);
      });
}

LinkService::Reactor* LinkService::LinkAccount(Context* context,
                                               const v1::LinkAccountRequest* request,
                                               v1::LinkAccountResponse* response) {
  return Call::Start(calls_, context, "LinkAccount", [this, request, response](CallInfo info) {
    return Answer(accounts_.linker.Link(std::move(info.caller), Mutable(request), info.deadline),
                  response);
  });
}

LinkService::Reactor* LinkService::ListAccounts(Context* context, const grpc::ByteBuffer* request,
                                                grpc::ByteBuffer* response) {
  return Call::Start(
      calls_, context, "ListAccounts",
      [this, request, response](CallInfo) { return List(*request, *response); },
      AnswerSize::kLarge);
}

Task<absl::Status> LinkService::List(const grpc::ByteBuffer& request, grpc::ByteBuffer& response) {
  v1::ListAccountsRequest parsed;
  grpc::ByteBuffer bytes = request;  // parsing empties it; a copy shares the bytes
  if (!grpc::GenericDeserialize<grpc::ProtoBufferReader, v1::ListAccountsRequest>(&bytes, &parsed)
           .ok()) {
    co_return Unreadable();
  }
  absl::StatusOr<AccountList> list = co_await accounts_.reader.List(std::move(parsed));
  if (!list.ok()) co_return list.status();
  rpc::ListAccountsWire wire;
  wire.mutable_accounts()->Reserve(static_cast<int>(list->accounts.size()));
  for (std::string& account : list->accounts) wire.add_accounts(std::move(account));
  wire.set_next_page_token(list->next_page_token);
  wire.set_total_size(list->total_size);
  wire.set_total_size_is_lower_bound(list->total_size_is_lower_bound);
  bool own_buffer = false;
  const grpc::Status written =
      grpc::GenericSerialize<grpc::ProtoBufferWriter, rpc::ListAccountsWire>(wire, &response,
                                                                             &own_buffer);
  if (!written.ok()) co_return Fault(v1::ERROR_REASON_INTERNAL);
  co_return absl::OkStatus();
}

LinkService::Reactor* LinkService::GetAccount(Context* context,
                                              const v1::GetAccountRequest* request,
                                              v1::GetAccountResponse* response) {
  return Call::Start(calls_, context, "GetAccount", [this, request, response](CallInfo) {
    return Answer(accounts_.reader.Get(*request), response->mutable_account());
  });
}

LinkService::Reactor* LinkService::UpdateAccount(Context* context,
                                                 const v1::UpdateAccountRequest* request,
                                                 v1::UpdateAccountResponse* response) {
  return Call::Start(calls_, context, "UpdateAccount", [this, request, response](CallInfo info) {
    return Answer(accounts_.lifecycle.Update(std::move(info.caller), *request),
                  response->mutable_account());
  });
}

LinkService::Reactor* LinkService::SuspendAccount(Context* context,
                                                  const v1::SuspendAccountRequest* request,
                                                  v1::SuspendAccountResponse* response) {
  return Call::Start(calls_, context, "SuspendAccount", [this, request, response](CallInfo info) {
    return Answer(accounts_.lifecycle.Suspend(std::move(info.caller), *request),
                  response->mutable_account());
  });
}

LinkService::Reactor* LinkService::ResumeAccount(Context* context,
                                                 const v1::ResumeAccountRequest* request,
                                                 v1::ResumeAccountResponse* response) {
  return Call::Start(calls_, context, "ResumeAccount", [this, request, response](CallInfo info) {
    return Answer(accounts_.lifecycle.Resume(std::move(info.caller), *request),
                  response->mutable_account());
  });
}

LinkService::Reactor* LinkService::DeleteAccount(Context* context,
                                                 const v1::DeleteAccountRequest* request,
                                                 v1::DeleteAccountResponse* response) {
  return Call::Start(calls_, context, "DeleteAccount", [this, request, response](CallInfo info) {
    return Answer(accounts_.lifecycle.Delete(std::move(info.caller), *request),
                  response->mutable_account());
  });
}

LinkService::Reactor* LinkService::UndeleteAccount(Context* context,
                                                   const v1::UndeleteAccountRequest* request,
                                                   v1::UndeleteAccountResponse* response) {
  return Call::Start(calls_, context, "UndeleteAccount", [this, request, response](CallInfo info) {
    return Answer(accounts_.lifecycle.Undelete(std::move(info.caller), *request),
                  response->mutable_account());
  });
}

LinkService::Reactor* LinkService::RotateCredentials(Context* context,
                                                     const v1::RotateCredentialsRequest* request,
                                                     v1::RotateCredentialsResponse* response) {
  return Call::Start(
      calls_, context, "RotateCredentials", [this, request, response](CallInfo info) {
        return Answer(
            accounts_.rotator.Rotate(std::move(info.caller), Mutable(request), info.deadline),
            response);
      });
}

LinkService::Reactor* LinkService::RollbackCredentials(
    Context* context, const v1::RollbackCredentialsRequest* request,
    v1::RollbackCredentialsResponse* response) {
  return Call::Start(
      calls_, context, "RollbackCredentials", [this, request, response](CallInfo info) {
        return Answer(accounts_.rotator.Rollback(std::move(info.caller), *request, info.deadline),
                      response);
      });
}

LinkService::Reactor* LinkService::CheckAccount(Context* context,
                                                const v1::CheckAccountRequest* request,
                                                v1::CheckAccountResponse* response) {
  return Call::Start(calls_, context, "CheckAccount", [this, request, response](CallInfo info) {
    return Answer(accounts_.checker.Check(std::move(info.caller), *request, info.deadline),
                  response);
  });
}

LinkService::Reactor* LinkService::PurgeAccount(Context* context,
                                                const v1::PurgeAccountRequest* request,
                                                v1::PurgeAccountResponse* response) {
  return Call::Start(calls_, context, "PurgeAccount", [this, request, response](CallInfo info) {
    return Answer(accounts_.purger.Purge(std::move(info.caller), *request),
                  response->mutable_receipt());
  });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* LinkService::WatchAccounts(
    Context* context, const grpc::ByteBuffer* request) {
  return StartWatch(streams_, accounts_.watcher, context, request);
}

}  // namespace credlink
