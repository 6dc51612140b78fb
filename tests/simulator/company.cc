#include "tests/simulator/company.h"

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace credlink::simulator {

std::vector<User> MakeUsers(const Company& company) {
  std::vector<User> users(company.users);
  for (int i = 0; i < company.users; ++i) {
    User& user = users[i];
    user.number = i;
    user.username = absl::StrCat("user", i, "@company", company.cid, ".example");
    user.full_name = i % 7 == 3   ? ""
                     : i % 5 == 4 ? absl::StrCat("J\u00f6rg ", i)
                                  : absl::StrCat("User ", i);
    user.disabled = i % 11 == 10;
    user.admin = i == 0;
    if (i % 3 == 0) user.multifactor = i % 2 == 0 ? "googleauth" : "lastpassauth";
    // The first user is in no group, so that the smallest page has no Groups.
    if (i > 0 && company.groups > 0) {
      user.groups.insert(i % company.groups == 0 ? "IT / Operations"
                                                 : absl::StrCat("Group ", i % company.groups));
    }
  }
  return users;
}

std::string UserId(const User& user) { return absl::StrCat(100'000'000 + user.number); }

boost::json::object ShowUser(const User& user) {
  const bool never_logged_in = user.number % 4 == 2;
  const auto count = [&](int value) {
    return never_logged_in ? boost::json::value(nullptr) : boost::json::value(value);
  };
  boost::json::object shown;
  shown["username"] = user.username;
  shown["fullname"] = user.full_name;
  shown["mpstrength"] = std::to_string(user.number % 101);
  shown["created"] = absl::StrFormat("2022-0%d-14 09:05:00", 1 + user.number % 9);
  shown["last_pw_change"] = "2022-06-21 04:55:10";
  shown["last_login"] = never_logged_in ? "" : "2026-11-20 08:30:00";
  shown["neverloggedin"] = never_logged_in;
  shown["disabled"] = user.disabled;
  shown["admin"] = user.admin;
  shown["totalscore"] = never_logged_in ? boost::json::value(nullptr) : boost::json::value("83.2");
  shown["hasSharingKeys"] = !never_logged_in;
  shown["duousername"] = nullptr;
  shown["sites"] = count(user.number % 50);
  shown["notes"] = count(user.number % 9);
  shown["formfills"] = count(0);
  shown["applications"] = count(0);
  shown["attachments"] = count(0);
  shown["password_reset_required"] = user.reset_required;
  if (!user.multifactor.empty()) shown["multifactor"] = user.multifactor;
  if (!user.groups.empty()) {
    boost::json::array groups;
    for (const std::string& group : user.groups) groups.emplace_back(group);
    shown["groups"] = std::move(groups);
  } else if (user.number % 2 == 0) {
    shown["groups"] = boost::json::array();
  }
  return shown;
}

}  // namespace credlink::simulator
