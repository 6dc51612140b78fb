// LinkService.WatchAccounts, from bytes to bytes.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>

#include "server/accounts/watcher.h"
#include "server/rpc/stream_call.h"

namespace credlink {

// What a handler of the raw method returns.
grpc::ServerWriteReactor<grpc::ByteBuffer>* StartWatch(StreamEnvironment& environment,
                                                       Watcher& watcher,
                                                       grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request);

}  // namespace credlink
