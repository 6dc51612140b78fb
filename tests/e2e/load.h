// Many calls at once from one process.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>

#include "credlink/v1/link_service.grpc.pb.h"

namespace credlink {

struct LinkEnd {
  uint64_t number = 0;
  grpc::Status status;
  v1::LinkAccountResponse response;
};

// Keeps LinkAccount calls going until it is told to stop or `total` have been begun, at most
// `at_once` of them at a time. `request_of` makes the request of a number, `on_end` gets each
// result; both are called by one thread at a time.
class LinkLoad {
 public:
  LinkLoad(std::vector<v1::LinkService::Stub*> stubs, uint64_t total, int at_once,
           std::function<v1::LinkAccountRequest(uint64_t)> request_of,
           std::function<void(const LinkEnd&)> on_end);
  // Waits for what is under way.
  ~LinkLoad();

  // So many more at a time.
  void AddAtOnce(int more);
  // No new calls from now on.
  void Stop();
  // Waits until so many have ended.
  void WaitForEnded(uint64_t count);
  // Waits until all have ended.
  void Wait();
  uint64_t ended();

 private:
  struct OneCall;
  void StartNext(std::unique_lock<std::mutex>& lock);

  const std::vector<v1::LinkService::Stub*> stubs_;
  const uint64_t total_;
  const std::function<v1::LinkAccountRequest(uint64_t)> request_of_;
  const std::function<void(const LinkEnd&)> on_end_;

  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t begun_ = 0;
  uint64_t ended_ = 0;
  bool stopping_ = false;
};

}  // namespace credlink
