#include "tests/simulator/commands.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <map>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace credlink::simulator {
namespace {

namespace json = boost::json;

// What a command works on.
struct Context {
  std::vector<User>& users;
  std::vector<std::string>& invited;
  const json::value& data;
};

std::string TextIn(const json::value& data, const char* key) {
  const json::object* object = data.if_object();
  const json::value* value = object == nullptr ? nullptr : object->if_contains(key);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? "" : std::string(*text);
}

json::value Ok() { return json::object{{"status", "OK"}}; }
json::value Fail(const std::string& error) {
  return json::object{{"status", "FAIL"}, {"error", error}};
}

User* FindUser(std::vector<User>& users, const std::string& username) {
  const auto found = std::find_if(users.begin(), users.end(),
                                  [&](const User& user) { return user.username == username; });
  return found == users.end() ? nullptr : &*found;
}

json::value GetUserData(Context& context) {
  const std::string username = TextIn(context.data, "username");
  const int64_t disabled = NumberIn(context.data, "disabled", -1);
  const int64_t admin = NumberIn(context.data, "admin", -1);
  std::vector<const User*> matching;
  for (const User& user : context.users) {
    if ((username.empty() || user.username == username) &&
        (disabled < 0 || user.disabled == (disabled != 0)) &&
        (admin < 0 || user.admin == (admin != 0))) {
      matching.push_back(&user);
    }
  }
  const int64_t total = matching.size();
  const int64_t page_size = NumberIn(context.data, "pagesize", 0);
  const int64_t first = page_size > 0 ? page_size * NumberIn(context.data, "pageindex", 0) : 0;
  const int64_t last = page_size > 0 ? std::min(total, first + page_size) : total;

  json::object users;
  std::map<std::string, json::array> groups;  // of this page only
  for (int64_t i = std::max<int64_t>(first, 0); i < last; ++i) {
    users[UserId(*matching[i])] = ShowUser(*matching[i]);
    for (const std::string& group : matching[i]->groups) {
      groups[group].emplace_back(matching[i]->username);
    }
  }
  json::object answer;
  answer["total"] = total;
  answer["count"] = users.size();
  answer["Users"] = std::move(users);
  if (!groups.empty()) {
    json::object& shown = answer["Groups"].emplace_object();
    for (auto& [name, members] : groups) shown[name] = std::move(members);
  }
  if (!context.invited.empty()) {
    json::array& shown = answer["invited"].emplace_array();
    for (const std::string& email : context.invited) shown.emplace_back(email);
  }
  return answer;
}

// A folder a group: a shared folder's people are made up from the groups' members.
json::value SharedFolders(Context& context, bool with_sites) {
  std::set<std::string> groups;
  for (const User& user : context.users) groups.insert(user.groups.begin(), user.groups.end());
  json::object folders;
  int id = 101;
  for (const std::string& group : groups) {
    json::array people;
    for (const User& user : context.users) {
      if (user.groups.count(group) == 0) continue;
      // The three flags come as 0/1 by one command and as booleans by the other.
      json::object person{{"username", user.username}};
      if (with_sites) {
        person["readonly"] = false;
        person["give"] = user.admin;
        person["can_administer"] = user.admin;
        person["sites"] = json::array{"mail.example", "wiki.example"};
      } else {
        person["readonly"] = "0";
        person["give"] = user.admin ? 1 : 0;
        person["can_administer"] = user.admin ? 1 : 0;
      }
      people.push_back(std::move(person));
    }
    folders[std::to_string(id++)] = json::object{
        {"sharedfoldername", "Shared-" + group}, {"score", 75.5}, {"users", std::move(people)}};
  }
  return folders;
}

json::value Reporting(Context& context) {
  if (TextIn(context.data, "user") == "api") return Fail("Please select a valid user.");
  json::object events;
  for (size_t i = 0; i < std::min<size_t>(context.users.size(), 3); ++i) {
    events[absl::StrCat("Event", i + 1)] =
        json::object{{"Time", absl::StrCat("2026-11-20 0", 9 - i, ":30:00")},
                     {"Username", i == 0 ? "API" : context.users[i].username},
                     {"IP_Address", "198.51.100.7"},
                     {"Action", i == 0 ? "Get user data" : "Log in"},
                     {"Data", i == 0 ? "Initiated by API" : ""}};
  }
  return json::object{{"status", "OK"}, {"next", nullptr}, {"data", std::move(events)}};
}

json::value ExpiredMasterPasswords(Context& context) {
  json::array items;
  for (const User& user : context.users) {
    if (!user.reset_required) continue;
    items.push_back(json::object{{"user_id", 100'000'000 + user.number},
                                 {"user_name", user.username},
                                 {"last_pw_change", "2022-06-21 04:55:10"}});
  }
  return json::object{{"status", "Success"},
                      {"continuation", json::object{{"remaining_item_count", 0}}},
                      {"items", std::move(items)}};
}

json::value BatchAdd(Context& context) {
  const json::array* people = context.data.if_array();
  if (people == nullptr) return Fail("No users given");
  for (const json::value& person : *people) {
    const std::string username = TextIn(person, "username");
    if (username.empty()) return Fail("Missing username");
    if (FindUser(context.users, username) == nullptr) context.invited.push_back(username);
  }
  return Ok();
}

json::value DeleteUser(Context& context) {
  const std::string username = TextIn(context.data, "username");
  User* user = FindUser(context.users, username);
  if (user == nullptr) return Fail("No such user: " + username);
  if (NumberIn(context.data, "deleteaction", 0) == 0) {
    user->disabled = true;
  } else {
    context.users.erase(context.users.begin() + (user - context.users.data()));
  }
  return Ok();
}

json::value SetDisabled(Context& context, bool disabled) {
  const json::array* names = context.data.if_array();
  if (names == nullptr) return Fail("No users given");
  json::array changed, unchanged;
  for (const json::value& name : *names) {
    User* user =
        name.is_string() ? FindUser(context.users, std::string(name.get_string())) : nullptr;
    if (user == nullptr || user->disabled == disabled) {
      unchanged.push_back(name);
    } else {
      user->disabled = disabled;
      changed.push_back(name);
    }
  }
  return json::object{{"status", "success"},
                      {disabled ? "disabled_users" : "enabled_users", std::move(changed)},
                      {"unchanged_users", std::move(unchanged)}};
}

json::value ChangeGroups(Context& context) {
  const json::array* changes = context.data.if_array();
  if (changes == nullptr) return Fail("No users given");
  json::array errors;
  for (const json::value& change : *changes) {
    const std::string username = TextIn(change, "username");
    User* user = FindUser(context.users, username);
    if (user == nullptr) {
      errors.emplace_back(username + " does not exist");
      continue;
    }
    for (const char* key : {"add", "del"}) {
      const json::value* names = change.get_object().if_contains(key);
      if (names == nullptr || !names->is_array()) continue;
      for (const json::value& name : names->get_array()) {
        if (!name.is_string()) continue;
        if (*key == 'a') user->groups.emplace(name.get_string());
        if (*key == 'd') user->groups.erase(std::string(name.get_string()));
      }
    }
  }
  if (errors.empty()) return Ok();
  return json::object{{"status", "WARN"}, {"errors", std::move(errors)}};
}

// A command about one user: what it does to them, and how it says that there is no such user.
json::value ForUser(Context& context, const char* key, bool error_is_list,
                    const std::function<void(User&)>& change) {
  const std::string username = TextIn(context.data, key);
  User* user = FindUser(context.users, username);
  if (user != nullptr) {
    change(*user);
    return Ok();
  }
  if (!error_is_list) return Fail("No such user: " + username);
  return json::object{{"status", "FAIL"}, {"error", json::array{"user not found: " + username}}};
}

using Command = std::function<json::value(Context&)>;

const std::map<std::string, Command>& Commands() {
  static const auto& commands = *new std::map<std::string, Command>{
      {"getuserdata", GetUserData},
      {"getsfdata", [](Context& c) { return SharedFolders(c, false); }},
      {"getdetailedsfdata", [](Context& c) { return SharedFolders(c, true); }},
      {"reporting", Reporting},
      {"expiredmasterpwlist", ExpiredMasterPasswords},
      {"batchadd", BatchAdd},
      {"deluser", DeleteUser},
      {"enableuser", [](Context& c) { return SetDisabled(c, false); }},
      {"disableuser", [](Context& c) { return SetDisabled(c, true); }},
      {"batchchangegrp", ChangeGroups},
      {"updateuser",
       [](Context& c) {
         return ForUser(c, "username", false, [&](User& user) {
           if (!TextIn(c.data, "fullname").empty()) user.full_name = TextIn(c.data, "fullname");
         });
       }},
      {"updateemail",
       [](Context& c) {
         return ForUser(c, "oldemail", false,
                        [&](User& user) { user.username = TextIn(c.data, "newemail"); });
       }},
      {"reinviteuser", [](Context& c) { return ForUser(c, "username", false, [](User&) {}); }},
      {"resetpassword", [](Context& c) { return ForUser(c, "username", true, [](User&) {}); }},
      {"requiremasterpasswordchange",
       [](Context& c) {
         return ForUser(c, "username", false, [](User& user) { user.reset_required = true; });
       }},
      {"disablemultifactor",
       [](Context& c) {
         return ForUser(c, "username", false, [](User& user) { user.multifactor.clear(); });
       }},
  };
  return commands;
}

}  // namespace

bool IsRead(const std::string& command) {
  return command.rfind("get", 0) == 0 || command == "reporting" || command == "expiredmasterpwlist";
}

json::value RunCommand(std::vector<User>& users, std::vector<std::string>& invited,
                       const std::string& command, const json::value& data) {
  const auto found = Commands().find(command);
  // What LastPass says to an unknown command is not known; this shape is the likeliest.
  if (found == Commands().end()) return Fail("Unknown command");
  Context context{users, invited, data};
  return found->second(context);
}

int64_t NumberIn(const json::value& data, const char* key, int64_t fallback) {
  const json::object* object = data.if_object();
  const json::value* value = object == nullptr ? nullptr : object->if_contains(key);
  if (value == nullptr) return fallback;
  if (const int64_t* number = value->if_int64()) return *number;
  if (const bool* flag = value->if_bool()) return *flag ? 1 : 0;
  int64_t parsed = 0;
  const json::string* text = value->if_string();
  return text != nullptr && absl::SimpleAtoi(absl::string_view(text->data(), text->size()), &parsed)
             ? parsed
             : fallback;
}

}  // namespace credlink::simulator
