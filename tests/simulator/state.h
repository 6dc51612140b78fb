// What all connections of a simulator share.
#pragma once

#include <map>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "server/runtime/mutex.h"
#include "tests/simulator/directory.h"
#include "tests/simulator/simulator.h"

namespace credlink::simulator {

// Thread-safe.
class State {
 public:
  Directory& directory() { return directory_; }

  void SetFault(const std::string& cid, absl::optional<Fault> fault);  // cid "": for all
  // The fault that a request about `cid` meets; counts `only_next` down.
  Fault TakeFault(const std::string& cid);

  // Changes the counters and wakes who waits for them.
  void Count(absl::FunctionRef<void(Stats&)> change);
  Stats stats() const;
  bool WaitFor(absl::FunctionRef<bool(const Stats&)> done, absl::Duration timeout) const;

 private:
  Directory directory_;
  mutable std::mutex mutex_;  // with a condition that has a timeout, which Mutex lacks
  mutable std::condition_variable changed_;
  std::map<std::string, Fault> faults_;
  Stats stats_;
};

}  // namespace credlink::simulator
