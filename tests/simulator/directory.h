// All companies, and what a request to /enterpriseapi.php gets from them.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/runtime/mutex.h"
#include "tests/simulator/company.h"

namespace credlink::simulator {

// The answer's body, and whether the credentials were taken. LastPass answers 200 to all of them.
struct Answer {
  std::string body;
  bool refused = false;
  std::string cid;  // whom the request was about, if it could be read
};

// What LastPass answers to refused credentials, to the byte.
extern const char kAuthorizationError[];

// Thread-safe.
class Directory {
 public:
  void Add(const Company& company);
  void Remove(const std::string& cid);
  // The old hash is dead at once.
  void ResetHash(const std::string& cid, const std::string& new_hash);

  // `content_type` tells a form-encoded request from a JSON one.
  Answer Handle(absl::string_view content_type, absl::string_view request);

  // A right answer to a probe of `bytes` or more.
  static std::string HugeAnswer(size_t bytes);

 private:
  struct Entry {
    Company company;
    std::vector<User> users;
    std::vector<std::string> invited;
    // The answer to {pagesize 1, pageindex 0}; empty after a change.
    std::string smallest_page;
  };

  std::string Run(Entry& entry, const std::string& command, const boost::json::value& data)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  std::map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace credlink::simulator
