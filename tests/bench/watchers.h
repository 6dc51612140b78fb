// Many open WatchAccounts streams.
#pragma once

#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace credlink::bench {

// Responses stay bytes: read, counted and thrown away. Ends the streams when it is destroyed.
class Watchers {
 public:
  // A stream for each of the tenants, as in "tenants/acme"; 50 share a connection.
  Watchers(int port, const std::vector<std::string>& tenants);
  ~Watchers();
  Watchers(const Watchers&) = delete;
  Watchers& operator=(const Watchers&) = delete;

  // Waits until every stream has had its first response, which comes at once.
  absl::Status WaitUntilWatching(absl::Duration at_most);
  // Waits until no response has come for a while.
  void WaitUntilQuiet() const;
  // An error when a stream has ended.
  absl::Status StillWatching() const;
  // Of all streams together; one may bring several events.
  int64_t responses() const { return responses_; }

 private:
  class Stream;
  using Stub = grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer>;

  std::atomic<int64_t> responses_{0};
  std::atomic<int64_t> begun_{0};
  std::atomic<int64_t> ended_{0};
  std::vector<std::unique_ptr<Stub>> stubs_;
  std::vector<std::unique_ptr<Stream>> streams_;
};

}  // namespace credlink::bench
