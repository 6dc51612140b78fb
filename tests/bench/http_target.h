// One POST over libcurl's multi interface and nothing else: what a call to LastPass costs anyone.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/runtime/mutex.h"
#include "tests/bench/target.h"

namespace credlink::bench {

struct Post {
  std::string url;
  std::string ca_file;
  std::string body;
  std::string expected;  // what a good answer contains
};

// One thread. As many connections as there were calls at once; kept, and used again.
class HttpTarget final : public Target {
 public:
  explicit HttpTarget(Post post);
  // Stops the thread; no call may be out.
  ~HttpTarget() override;

  void Call(Done done) override;

 private:
  struct Transfer;

  void Loop();
  void Start(Done done);
  void Collect();

  const Post post_;
  void* const multi_;  // CURLM
  void* headers_;      // curl_slist
  std::vector<std::unique_ptr<Transfer>> transfers_;
  std::vector<Transfer*> idle_;  // the thread's own

  Mutex mutex_;
  std::vector<Done> ordered_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread thread_;
};

}  // namespace credlink::bench
