// One TLS connection to the simulator, from handshake to close.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "tests/simulator/state.h"

namespace credlink::simulator {

// Serves requests one after the other until the peer goes away or a fault ends the connection.
boost::asio::awaitable<void> ServeConnection(boost::asio::ip::tcp::socket socket,
                                             boost::asio::ssl::context& context, State& state);

}  // namespace credlink::simulator
