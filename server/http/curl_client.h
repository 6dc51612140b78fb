// HttpClient over libcurl's multi interface: one thread, any number of transfers.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "server/http/http_client.h"
#include "server/runtime/completion.h"
#include "server/runtime/mutex.h"

namespace credlink {

struct CurlOptions {
  std::string base_url;  // "https://host[:port]", nothing after it
  std::string ca_file;   // PEM; empty: the system's
  std::string user_agent = "credlink";
  // More transfers than this wait their turn, first come, first served; each is one connection.
  int max_transfers = 256;
  absl::Duration connect_timeout = absl::Seconds(3);
  // Whether a host name may lead to a private, loopback or link-local address. An address that
  // stands in base_url itself is always allowed: the operator wrote it there.
  bool allow_private_addresses = false;
};

// HTTPS 1.1 only (the wiping of request bodies is proven for it, not for HTTP/2's frames), TLS 1.2
// or newer, certificates always verified; no redirect, proxy, netrc, cookie, environment setting or
// decompression. Connections are kept and reused. Every buffer that libcurl frees is wiped.
class CurlClient final : public HttpClient {
 public:
  // INVALID_ARGUMENT, with a text for the operator, when base_url or ca_file cannot be used.
  static absl::StatusOr<std::unique_ptr<CurlClient>> Create(CurlOptions options);
  // Aborts what is under way (kCancelled), and joins the thread.
  ~CurlClient() override;

  Task<HttpResult> Post(HttpRequest request, BodySink& sink) override;

  struct Stats {
    uint64_t transfers = 0;    // ended, however
    uint64_t connections = 0;  // opened
  };
  Stats stats() const { return {transfers_.load(), connections_.load()}; }

 private:
  class Transfer;

  explicit CurlClient(CurlOptions options);
  void Loop();
  void TakeOrders() ABSL_LOCKS_EXCLUDED(mutex_);
  void StartWaiting();
  void Collect();
  void Cancel(uint64_t id);
  void ExpireWaiting();
  void Finish(uint64_t id, HttpResult result);
  void StopAll();

  const CurlOptions options_;
  const bool literal_host_;
  void* multi_ = nullptr;  // CURLM; used by the thread, except for wake-ups

  Mutex mutex_;
  std::vector<std::unique_ptr<Transfer>> ordered_ ABSL_GUARDED_BY(mutex_);
  std::vector<uint64_t> cancelled_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  // The thread's own.
  std::deque<std::unique_ptr<Transfer>> waiting_;
  std::unordered_map<uint64_t, std::unique_ptr<Transfer>> active_;
  std::vector<void*> idle_handles_;  // CURL, set up, with no transfer

  std::atomic<uint64_t> next_id_{1};
  std::atomic<uint64_t> transfers_{0};
  std::atomic<uint64_t> connections_{0};
  std::thread thread_;
};

}  // namespace credlink
