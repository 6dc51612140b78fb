#include "server/rpc/watch_call.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <utility>

#include "server/faults/faults.h"

namespace credlink {
namespace {

Task<absl::Status> Watch(Watcher& watcher, const grpc::ByteBuffer& request, WatchSink& sink) {
  v1::WatchAccountsRequest parsed;
  grpc::ByteBuffer bytes = request;  // parsing empties it; a copy shares the bytes
  if (!grpc::GenericDeserialize<grpc::ProtoBufferReader, v1::WatchAccountsRequest>(&bytes, &parsed)
           .ok()) {
    FieldFaults faults;
    faults.Add("", v1::ERROR_REASON_FIELD_MALFORMED, "The message is not a WatchAccountsRequest.");
    co_return faults.ToStatus();
  }
  absl::Status status = co_await watcher.Watch(std::move(parsed), sink);
  co_return status;
}

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* StartWatch(StreamEnvironment& environment,
                                                       Watcher& watcher,
                                                       grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request) {
  return StreamCall::Start(
      environment, context, "WatchAccounts",
      [&watcher, request](WatchSink& sink) { return Watch(watcher, *request, sink); });
}

}  // namespace credlink
