// How a coroutine waits for something that finishes on another thread.
#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "server/runtime/task.h"

namespace credlink {

// Hands one T to the coroutine that waits for it. Move-only; called exactly once, from any thread.
// The coroutine resumes on its own strand, never inside the call.
template <typename T>
using Completion = absl::AnyInvocable<void(T) &&>;

namespace internal {

template <typename T, typename Handler>
Completion<T> MakeCompletion(Handler handler) {
  Strand strand = boost::asio::get_associated_executor(handler);
  auto work = boost::asio::make_work_guard(strand.get_inner_executor());
  return [handler = std::move(handler), strand = std::move(strand),
          work = std::move(work)](T value) mutable {
    {
      // Leaves with this block: without work the Executor may end, and no strand may outlive it.
      const Strand last = std::move(strand);
      boost::asio::post(last, [handler = std::move(handler), value = std::move(value)]() mutable {
        // What cancelling would have stopped is over.
        boost::asio::get_associated_cancellation_slot(handler).clear();
        std::move(handler)(std::move(value));
      });
    }
    work.reset();
  };
}

}  // namespace internal

// Calls start(Completion<T>) at once, and waits for the value.
// `start` may move the completion anywhere; it must not be dropped uncalled.
template <typename T, typename Start>
Task<T> Await(Start start) {
  return boost::asio::async_initiate<const UseTask, void(T)>(
      [](auto handler, Start start) {
        std::move(start)(internal::MakeCompletion<T>(std::move(handler)));
      },
      UseTask(), std::move(start));
}

// The same for work that can be stopped: when the waiting call is cancelled, on_cancel() is called
// on its strand, at most once, and asks the work to stop. The completion must still be called.
template <typename T, typename Start, typename OnCancel>
Task<T> AwaitCancellable(Start start, OnCancel on_cancel) {
  return boost::asio::async_initiate<const UseTask, void(T)>(
      [](auto handler, Start start, OnCancel on_cancel) {
        auto slot = boost::asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) {
          slot.assign([on_cancel = std::move(on_cancel)](boost::asio::cancellation_type) mutable {
            on_cancel();
          });
        }
        std::move(start)(internal::MakeCompletion<T>(std::move(handler)));
      },
      UseTask(), std::move(start), std::move(on_cancel));
}

}  // namespace credlink
