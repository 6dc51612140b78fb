#include "tests/simulator/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <string>

#include "tests/simulator/control.h"
#include "tests/simulator/wire.h"

namespace credlink::simulator {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

using Stream = asio::ssl::stream<asio::ip::tcp::socket>;
constexpr char kApiPath[] = "/enterpriseapi.php";
constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

struct Connection {
  Connection(asio::ip::tcp::socket socket, asio::ssl::context& context)
      : stream(std::move(socket), context) {}

  Stream stream;
  boost::beast::flat_buffer buffer;
};

// Waits, and tells whether the peer is still there then. A client that waits for an answer sends
// nothing, so whatever can be read meanwhile is its end.
asio::awaitable<bool> StaysFor(Connection& connection, absl::Duration time) {
  asio::steady_timer timer(connection.stream.get_executor());
  timer.expires_after(absl::ToChronoNanoseconds(time));
  bool gone = false;
  auto done = std::make_shared<bool>(false);
  connection.stream.next_layer().async_wait(asio::ip::tcp::socket::wait_read,
                                            [&timer, &gone, done](boost::system::error_code) {
                                              if (*done) return;
                                              gone = true;
                                              timer.cancel();
                                            });
  co_await timer.async_wait(kNoThrow);
  *done = true;
  if (!gone) {
    boost::system::error_code ignored;
    connection.stream.next_layer().cancel(ignored);
  }
  co_return !gone;
}

void Reset(Connection& connection) {
  boost::system::error_code ignored;
  connection.stream.next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
  connection.stream.next_layer().close(ignored);
}

asio::awaitable<bool> Write(Connection& connection, const std::string& bytes) {
  const asio::const_buffer buffer = asio::buffer(bytes);
  const auto [error, written] = co_await asio::async_write(connection.stream, buffer, kNoThrow);
  co_return !error && written == bytes.size();
}

asio::awaitable<bool> Trickle(Connection& connection, const std::string& bytes,
                              absl::Duration interval) {
  for (char byte : bytes) {
    const std::string one(1, byte);
    const bool written = co_await Write(connection, one);
    if (!written) co_return false;
    const bool there = co_await StaysFor(connection, interval);
    if (!there) co_return false;
  }
  co_return true;
}

// Plays the answer or the fault. False when the connection is over.
asio::awaitable<bool> Play(Connection& connection, const Fault& fault, const std::string& body) {
  if (fault.latency > absl::ZeroDuration()) {
    const bool there = co_await StaysFor(connection, fault.latency);
    if (!there) co_return false;
  }
  if (fault.kind == Fault::kHang) {
    co_await StaysFor(connection, absl::Hours(24));
    co_return false;
  }
  if (fault.kind == Fault::kClose) co_return false;
  const WireAnswer answer = MakeWireAnswer(fault, body);
  bool written = false;
  if (fault.kind == Fault::kTrickle) {
    written = co_await Trickle(connection, answer.bytes, fault.interval);
  } else {
    written = co_await Write(connection, answer.bytes);
  }
  if (fault.kind == Fault::kReset) Reset(connection);
  co_return written&& answer.keep_alive;
}

// One request and its answer. False when the connection is over.
asio::awaitable<bool> ServeRequest(Connection& connection, State& state) {
  http::request_parser<http::string_body> parser;
  parser.body_limit(4 << 20);
  const auto [error, size] =
      co_await http::async_read(connection.stream, connection.buffer, parser, kNoThrow);
  if (error || size == 0) co_return false;
  const auto& request = parser.get();
  if (IsControl(request)) {
    const std::string answer = RunControl(request, state);
    const bool written = co_await Write(connection, answer);
    co_return written&& request.keep_alive();
  }
  state.Count([](Stats& stats) {
    ++stats.requests;
    ++stats.in_flight;
  });
  const auto type = request[http::field::content_type];
  Answer answer;
  Fault fault;
  if (request.target() == kApiPath) {
    answer = state.directory().Handle(absl::string_view(type.data(), type.size()), request.body());
    fault = state.TakeFault(answer.cid);
  } else {
    fault.kind = Fault::kServerError;
    fault.status = 404;
  }
  const bool goes_on = co_await Play(connection, fault, answer.body);
  const bool ends_by_itself = fault.kind != Fault::kNone && fault.kind != Fault::kHang;
  state.Count([&](Stats& stats) {
    --stats.in_flight;
    if (goes_on || ends_by_itself) {
      ++stats.answered;
      stats.refused += answer.refused;
    } else {
      ++stats.aborted;
    }
  });
  co_return goes_on&& request.keep_alive();
}

}  // namespace

asio::awaitable<void> ServeConnection(asio::ip::tcp::socket socket, asio::ssl::context& context,
                                      State& state) {
  boost::system::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  Connection connection(std::move(socket), context);
  state.Count([](Stats& stats) { ++stats.connections; });
  const auto [error] =
      co_await connection.stream.async_handshake(asio::ssl::stream_base::server, kNoThrow);
  if (error) co_return;
  bool goes_on = true;
  while (goes_on) goes_on = co_await ServeRequest(connection, state);
}

}  // namespace credlink::simulator
