// The commands of the Enterprise API over one company (lastpass-enterprise-api.md, section 3).
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulator/company.h"

namespace credlink::simulator {

// Whether the command changes nothing.
bool IsRead(const std::string& command);

// The answer's JSON. Mutations change `users` and `invited`.
boost::json::value RunCommand(std::vector<User>& users, std::vector<std::string>& invited,
                              const std::string& command, const boost::json::value& data);

// data[key] as a number; digits in quotes and booleans count too. `fallback` when it is none.
int64_t NumberIn(const boost::json::value& data, const char* key, int64_t fallback);

}  // namespace credlink::simulator
