// What calls of every kind share: a coroutine on a strand of its own, its cancellation, its line in
// the log.
#pragma once

#include <grpcpp/server_context.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "server/accounts/caller.h"
#include "server/ops/log.h"
#include "server/runtime/deadline.h"
#include "server/runtime/executor.h"

namespace credlink {

// Part of the object that gRPC calls back. `self` is a shared_ptr to that object.
class CallBody {
 public:
  // `method` is a constant, for the log. The log and the executor outlive the server.
  CallBody(Executor& executor, Log& log, const char* method,
           const grpc::CallbackServerContext& context);

  // Runs make(), a Task<absl::Status>, on the strand, as far as its first wait on this thread; then
  // self->End(status), on the strand.
  template <typename Self, typename Make>
  void Run(std::shared_ptr<Self> self, Make make) {
    const RunHere here;
    auto end = [self = std::move(self)](std::exception_ptr error, absl::Status status) {
      self->End(error ? absl::InternalError("exception in a call") : std::move(status));
    };
    boost::asio::co_spawn(strand_, Root(std::move(make)),
                          boost::asio::bind_cancellation_slot(cancelled_.slot(), std::move(end)));
  }

  // Asks the coroutine to end. Any thread.
  void Cancel(std::shared_ptr<void> self) {
    boost::asio::post(strand_, [this, self = std::move(self)] {
      cancelled_.emit(boost::asio::cancellation_type::terminal);
    });
  }

  // The line about how the call went.
  void LogEnd(const absl::Status& status) const;

  const Strand& strand() const { return strand_; }
  const Caller& caller() const { return caller_; }

 private:
  template <typename Make>
  static Task<absl::Status> Root(Make make) {
    // A cancelled use case gets to know it from what it waits for, and ends in its own way.
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    absl::Status status = co_await make();
    co_return status;
  }

  Log& log_;
  const char* const method_;
  const Strand strand_;
  const Deadline::Steady::time_point start_ = Deadline::Steady::now();
  const Caller caller_;
  boost::asio::cancellation_signal cancelled_;  // used on the strand
};

}  // namespace credlink
