// The one kind of coroutine in the server.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/runtime/pool_executor.h"

namespace credlink {

// Every call runs on a strand of its own: its coroutine never runs on two threads at once, so it
// needs no locks for what it owns. The type is concrete, not any_io_executor, to save an allocation
// a hop.
using Strand = boost::asio::strand<PoolExecutor>;

// What every use case returns. It starts when it is awaited, on the awaiter's strand. A Task never
// throws: what can go wrong is in T, an absl::Status or absl::StatusOr.
//
// Parameters by value, or references to what outlives the call: a Task may run long after the
// expression that made it.
template <typename T>
using Task = boost::asio::awaitable<T, Strand>;

using UseTask = boost::asio::use_awaitable_t<Strand>;

}  // namespace credlink
