// How the client calls: one attempt, and the repeating of what is safe to repeat. Not for others.
#pragma once

#include <grpcpp/client_context.h>

#include <chrono>
#include <thread>

#include "absl/cleanup/cleanup.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/cpp/error.h"
#include "server/accounts/uuid.h"
#include "server/secrets/sensitive_fields.h"

namespace credlink::client {

using TimePoint = std::chrono::system_clock::time_point;

inline TimePoint In(absl::Duration timeout) {
  return std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout);
}

template <typename Stub, typename Request, typename Response>
using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

// One call of a stub's method.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Invoke(Stub& stub, Method<Stub, Request, Response> method,
                                const Request& request, TimePoint deadline) {
  grpc::ClientContext context;
  context.set_deadline(deadline);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return ToStatus(status);
  return response;
}

// The server's own UNAVAILABLE has a reason and was decided; without one, the connection broke.
inline bool ConnectionBroke(const absl::Status& status) {
  return absl::IsUnavailable(status) && DetailsOf(status).reason.empty();
}

// A call that changes something. Gives the request an id when it has none, and sends the same
// request again when the connection breaks, at most four times and within `timeout`: the id makes
// that one change. Wipes the request's secrets.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Mutate(Stub& stub, Method<Stub, Request, Response> method,
                                Request& request, absl::Duration timeout) {
  constexpr int kAttempts = 4;
  constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
  const auto wipe = absl::MakeCleanup([&request] { WipeSensitiveFields(request); });
  if (request.request_id().empty()) request.set_request_id(NewUuid(absl::Now()));
  const TimePoint deadline = In(timeout);
  absl::Duration pause = kFirstPause;
  for (int attempt = 1;; ++attempt, pause *= 2) {
    absl::StatusOr<Response> response = Invoke(stub, method, request, deadline);
    if (!ConnectionBroke(response.status()) || attempt == kAttempts) return response;
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(pause));
  }
}

}  // namespace credlink::client
