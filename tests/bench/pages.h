// Pages of kTenant's accounts.
#pragma once

#include <grpcpp/generic/generic_stub.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "credlink/v1/link_service.grpc.pb.h"

namespace credlink::bench {

struct Page {
  std::string filter;
  int size = 0;
  std::string token{};  // empty: the first page
};

struct Place {
  std::string token;  // of the page that begins there
  int page = 1;       // which one that is
};

// How long it took to gather all accounts of a list, and how many there are.
struct Gathered {
  double seconds = 0.0;
  int accounts = 0;
};

// One connection, one call after the other.
class PageReader {
 public:
  explicit PageReader(int port);

  absl::StatusOr<v1::ListAccountsResponse> List(const Page& page);

  // Walks the list, page by page, to that page, or to the last one before it that is full. The
  // first page when no other is full.
  absl::StatusOr<Place> WalkTo(const std::string& filter, int size, int page);

  // Reads the page and all behind it.
  absl::StatusOr<Gathered> GatherFrom(Page page);

  // How long the server takes to answer with that page; the answer stays bytes. An error when it
  // has another size than `bytes`.
  absl::StatusOr<absl::Duration> Time(const Page& page, size_t bytes);

 private:
  explicit PageReader(std::shared_ptr<grpc::Channel> channel);

  const std::unique_ptr<v1::LinkService::Stub> stub_;
  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> bytes_stub_;
};

}  // namespace credlink::bench
