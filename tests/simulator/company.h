// Companies as LastPass knows them: who works there, in which groups, with which shared folders.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace credlink::simulator {

struct Company {
  std::string cid;   // digits without leading zeros
  std::string hash;  // the live provisioning hash
  int users = 4;     // made up from their numbers, the same on every start
  int groups = 2;
};

// A user whose state calls can change. Everything else follows from the number.
struct User {
  int number = 0;
  std::string username;
  std::string full_name;
  bool disabled = false;
  bool admin = false;
  bool reset_required = false;
  std::string multifactor;  // empty: none, and then LastPass leaves the key out
  std::set<std::string> groups;
};

std::vector<User> MakeUsers(const Company& company);

// The key of a user in a map: a decimal id of 9 digits.
std::string UserId(const User& user);

// A user as getuserdata shows it, quirks included: numbers as strings, nulls before the first
// login, keys that are absent instead of empty (lastpass-enterprise-api.md, section 7).
boost::json::object ShowUser(const User& user);

}  // namespace credlink::simulator
