// JSON as PHP's json_encode writes it.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace credlink::simulator {

// Slashes as \/, everything that is not ASCII as \uXXXX, and an empty map as [].
std::string PhpJson(const boost::json::value& value);

}  // namespace credlink::simulator
