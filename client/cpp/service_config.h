// The service config that stands beside the protos, as it is compiled in. Not for others.
#pragma once

namespace credlink::client {

// Without its timeouts, which are for clients that set no deadlines: a call of this library has
// one, gRPC takes the smaller of the two, and Client::Timeouts may be larger.
extern const char kServiceConfig[];

}  // namespace credlink::client
