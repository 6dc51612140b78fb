// How a coroutine waits for a sign from any thread, or for a time.
#pragma once

#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <memory>

#include "server/runtime/deadline.h"
#include "server/runtime/task.h"

namespace credlink {

// Belongs to one coroutine: only one waits at a time, on the strand that the signal was made for.
class Signal : public std::enable_shared_from_this<Signal> {
 public:
  enum class End { kRaised, kTimePassed, kCancelled };

  static std::shared_ptr<Signal> Create(const Strand& strand) {
    return std::shared_ptr<Signal>(new Signal(strand));
  }

  // Ends the wait that is on, or else the next one. Several before a wait ends count as one. Any
  // thread.
  void Raise();

  // Until the signal is raised, the time is there, or the waiting call is cancelled; at once when
  // it was cancelled before.
  Task<End> Wait(Deadline until);

 private:
  using Timer =
      boost::asio::basic_waitable_timer<Deadline::Steady,
                                        boost::asio::wait_traits<Deadline::Steady>, Strand>;

  explicit Signal(const Strand& strand) : strand_(strand), timer_(strand) {}

  const Strand strand_;
  Timer timer_;                          // used on the strand
  bool raised_ = false;                  // used on the strand
  std::atomic<bool> on_its_way_{false};  // a Raise is posted and has not arrived
};

}  // namespace credlink
