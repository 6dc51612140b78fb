// The calls of the real API that are measured.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/bench/grpc_target.h"
#include "tests/bench/http_target.h"
#include "tests/bench/servers.h"

namespace credlink::bench {

// The tenant that everything is linked in.
inline constexpr char kTenant[] = "tenants/acme";

// LinkAccount of the simulator's account for another owner each time, from "PREFIX-0" on.
std::unique_ptr<GrpcTarget> LinkTarget(int port, const SimulatorServer& simulator,
                                       const std::string& prefix);

// The POST that LinkAccount makes to prove a pair, made without it.
std::unique_ptr<HttpTarget> ProbeTarget(const SimulatorServer& simulator);

// GetAccount with an answer that is empty, as bench_server's is.
std::unique_ptr<GrpcTarget> NoOpTarget(int port);

// ListAccounts of the first 100 accounts, whose answer has so many bytes.
std::unique_ptr<GrpcTarget> ListTarget(int port, size_t answer_bytes);

// Makes the simulator wait so long before each answer.
absl::Status SetLatency(const SimulatorServer& simulator, int millis);

// Links that many accounts, one after the other.
absl::Status LinkSome(int port, const SimulatorServer& simulator, int accounts);

// The answer to ListTarget's request, serialised. An error unless it has 100 accounts.
absl::StatusOr<std::string> ListOnce(int port);

}  // namespace credlink::bench
