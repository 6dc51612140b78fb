// Who calls, as the connection proves it.
#pragma once

#include <grpcpp/server_context.h>

#include "server/accounts/caller.h"

namespace credlink {

// The first URI of the caller's certificate (its SPIFFE ID), else its common name; "local" on a
// listener without TLS.
Caller IdentifyCaller(const grpc::CallbackServerContext& context);

}  // namespace credlink
