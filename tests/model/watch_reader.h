// A watcher that goes on after every break with the last token that it got.
#pragma once

#include <grpcpp/client_context.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "credlink/v1/event.pb.h"
#include "tests/model/client.h"

namespace credlink::model {

class WatchReader {
 public:
  // Returns when the watch has begun: it sees every later event.
  WatchReader(ServerLine& servers, std::string parent);
  ~WatchReader();

  // The next event that it has not seen before, and that is the one that must come next; nullopt
  // when none comes in time, or when one was missing, see fault().
  absl::optional<v1::Event> Next(absl::Duration at_most);
  // What was wrong with the stream itself; empty: nothing.
  std::string fault() const;
  // How often it was broken off, and how many events came more than once.
  int breaks() const { return breaks_; }
  int repeated() const { return repeated_; }

 private:
  void Run();
  void ReadFrom(Stub& stub);
  void Take(const v1::WatchAccountsResponse& response);

  ServerLine& servers_;
  const std::string parent_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  grpc::ClientContext* context_ = nullptr;  // of the stream that is open
  bool begun_ = false;
  bool stopping_ = false;
  std::string token_;
  std::string fault_;
  int64_t last_ = 0;  // sequence; 0: none yet
  std::deque<v1::Event> events_;
  int breaks_ = 0;
  int repeated_ = 0;
  std::thread thread_;
};

}  // namespace credlink::model
