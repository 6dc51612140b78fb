// How people and scripts drive a running simulator: requests below /_simulator/ on its own port.
// README.md describes them.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>

#include "tests/simulator/state.h"

namespace credlink::simulator {

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;

bool IsControl(const HttpRequest& request);

// The whole answer, as bytes.
std::string RunControl(const HttpRequest& request, State& state);

}  // namespace credlink::simulator
