// How many calls may be in flight. gRPC 1.51 has no limit of its own that holds: streams that a
// peer resets do not count against it while their handlers still run.
#pragma once

#include <atomic>

namespace credlink {

// Thread-safe.
class Admission {
 public:
  explicit Admission(int limit) : limit_(limit) {}

  // Takes a place; false when there is none. Leave() gives it back, when the call's work has ended
  // and its answer is sent, and not before.
  bool Enter() {
    if (in_flight_.fetch_add(1, std::memory_order_relaxed) < limit_) return true;
    Leave();
    return false;
  }
  void Leave() { in_flight_.fetch_sub(1, std::memory_order_relaxed); }

  int in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

 private:
  const int limit_;
  std::atomic<int> in_flight_{0};
};

}  // namespace credlink
