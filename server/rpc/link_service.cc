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

absl::Status Unreadable() {
  FieldFaults faults;
  faults.Add("", v1::ERROR_REASON_FIELD_MALFORMED, "The message is not a ListAccountsRequest.");
  return faults.ToStatus();
}

}  // namespace

LinkService::LinkService(CallEnvironment& environment, Linker& linker, AccountReader& reader,
                         StreamEnvironment& streams, Watcher& watcher)
    : environment_(environment),
      linker_(linker),
      reader_(reader),
      streams_(streams),
      watcher_(watcher) {
  SetMessageAllocatorFor_ValidateCredentials(&validate_messages_);
  SetMessageAllocatorFor_LinkAccount(&link_messages_);
}

grpc::ServerUnaryReactor* LinkService::ValidateCredentials(
    grpc::CallbackServerContext* context, const v1::ValidateCredentialsRequest* request,
    v1::ValidateCredentialsResponse* response) {
  return Call::Start(environment_, context, "ValidateCredentials",
                     [this, request, response](CallInfo info) {
                       return Validate(std::move(info), Mutable(request), *response);
                     });
}

Task<absl::Status> LinkService::Validate(CallInfo info, v1::ValidateCredentialsRequest& request,
                                         v1::ValidateCredentialsResponse& response) {
  absl::StatusOr<v1::ValidateCredentialsResponse> result =
      co_await linker_.Validate(std::move(info.caller), request, info.deadline);
  if (!result.ok()) co_return result.status();
  response = *std::move(result);
  co_return absl::OkStatus();
}

grpc::ServerUnaryReactor* LinkService::LinkAccount(grpc::CallbackServerContext* context,
                                                   const v1::LinkAccountRequest* request,
                                                   v1::LinkAccountResponse* response) {
  return Call::Start(environment_, context, "LinkAccount",
                     [this, request, response](CallInfo info) {
                       return Link(std::move(info), Mutable(request), *response);
                     });
}

Task<absl::Status> LinkService::Link(CallInfo info, v1::LinkAccountRequest& request,
                                     v1::LinkAccountResponse& response) {
  absl::StatusOr<v1::LinkAccountResponse> result =
      co_await linker_.Link(std::move(info.caller), request, info.deadline);
  if (!result.ok()) co_return result.status();
  response = *std::move(result);
  co_return absl::OkStatus();
}

grpc::ServerUnaryReactor* LinkService::ListAccounts(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request,
                                                    grpc::ByteBuffer* response) {
  return Call::Start(environment_, context, "ListAccounts",
                     [this, request, response](CallInfo) { return List(*request, *response); });
}

Task<absl::Status> LinkService::List(const grpc::ByteBuffer& request, grpc::ByteBuffer& response) {
  v1::ListAccountsRequest parsed;
  grpc::ByteBuffer bytes = request;  // parsing empties it; a copy shares the bytes
  if (!grpc::GenericDeserialize<grpc::ProtoBufferReader, v1::ListAccountsRequest>(&bytes, &parsed)
           .ok()) {
    co_return Unreadable();
  }
  absl::StatusOr<AccountList> list = co_await reader_.List(std::move(parsed));
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

grpc::ServerUnaryReactor* LinkService::GetAccount(grpc::CallbackServerContext* context,
                                                  const v1::GetAccountRequest* request,
                                                  v1::GetAccountResponse* response) {
  return Call::Start(environment_, context, "GetAccount",
                     [this, request, response](CallInfo) { return Get(*request, *response); });
}

Task<absl::Status> LinkService::Get(const v1::GetAccountRequest& request,
                                    v1::GetAccountResponse& response) {
  absl::StatusOr<v1::Account> account = co_await reader_.Get(request);
  if (!account.ok()) co_return account.status();
  *response.mutable_account() = *std::move(account);
  co_return absl::OkStatus();
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* LinkService::WatchAccounts(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return StartWatch(streams_, watcher_, context, request);
}

}  // namespace credlink
