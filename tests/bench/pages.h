// Places in long lists of accounts.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/bench/grpc_target.h"

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

// Walks a list of kTenant's accounts, page by page, to that page, or to the last one before it that
// is full, and has `size` accounts. The first page when no other is full.
absl::StatusOr<Place> WalkTo(int port, const std::string& filter, int size, int page);

// How many accounts the first page has.
absl::StatusOr<int> CountOnFirstPage(int port, const std::string& filter, int size);

// How long it takes to gather all accounts of a list, in seconds, and how many there are.
struct Gathered {
  double seconds = 0.0;
  int accounts = 0;
};
absl::StatusOr<Gathered> GatherAll(int port, const std::string& filter, int size);

// ListAccounts of that page. Calls fail unless the page has `size` accounts.
absl::StatusOr<std::unique_ptr<GrpcTarget>> PageTarget(int port, const Page& page);

}  // namespace credlink::bench
