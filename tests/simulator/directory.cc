#include "tests/simulator/directory.h"

#include <boost/json/parse.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/simulator/commands.h"
#include "tests/simulator/php_json.h"

namespace credlink::simulator {

const char kAuthorizationError[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<lastpass rc=\"Authorization Error\"/>\n";

namespace {

std::string PercentDecode(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out.push_back(' ');
    } else if (text[i] == '%' && i + 2 < text.size() && absl::ascii_isxdigit(text[i + 1]) &&
               absl::ascii_isxdigit(text[i + 2])) {
      out.push_back(static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16)));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

// cid=1&provhash=x&cmd=y&data[pagesize]=1: PHP reads both the same way.
boost::json::value ParseForm(absl::string_view form) {
  boost::json::object object;
  for (absl::string_view pair : absl::StrSplit(form, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(pair, absl::MaxSplits('=', 1));
    const std::string key = PercentDecode(parts.first);
    absl::string_view inner = key;
    if (absl::ConsumePrefix(&inner, "data[") && absl::ConsumeSuffix(&inner, "]")) {
      if (!object["data"].is_object()) object["data"].emplace_object();
      object["data"].get_object()[std::string(inner)] = PercentDecode(parts.second);
    } else {
      object[key] = PercentDecode(parts.second);
    }
  }
  return object;
}

boost::json::value ParseRequest(absl::string_view content_type, absl::string_view request) {
  if (absl::StrContains(content_type, "x-www-form-urlencoded")) return ParseForm(request);
  boost::system::error_code error;
  boost::json::value parsed =
      boost::json::parse(boost::json::string_view(request.data(), request.size()), error);
  return error ? ParseForm(request) : parsed;
}

// Digits as a number or in quotes; anything else is empty.
std::string ReadCid(const boost::json::value* cid) {
  if (cid == nullptr) return "";
  if (const int64_t* number = cid->if_int64()) return absl::StrCat(*number);
  if (const boost::json::string* text = cid->if_string()) return std::string(*text);
  return "";
}

std::string ReadText(const boost::json::object& object, absl::string_view key) {
  const boost::json::value* value = object.if_contains(std::string(key));
  const boost::json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? "" : std::string(*text);
}

bool IsProbe(const std::string& command, const boost::json::value& data) {
  return command == "getuserdata" && data.is_object() && data.get_object().size() == 2 &&
         NumberIn(data, "pagesize", -1) == 1 && NumberIn(data, "pageindex", -1) == 0;
}

}  // namespace

void Directory::Add(const Company& company) {
  MutexLock lock(mutex_);
  entries_[company.cid] = Entry{company, MakeUsers(company), {}, ""};
}

void Directory::Remove(const std::string& cid) {
  MutexLock lock(mutex_);
  entries_.erase(cid);
}

void Directory::ResetHash(const std::string& cid, const std::string& new_hash) {
  MutexLock lock(mutex_);
  const auto found = entries_.find(cid);
  if (found != entries_.end()) found->second.company.hash = new_hash;
}

Answer Directory::Handle(absl::string_view content_type, absl::string_view request) {
  Answer answer;
  const boost::json::value parsed = ParseRequest(content_type, request);
  const boost::json::object* object = parsed.if_object();
  if (object != nullptr) answer.cid = ReadCid(object->if_contains("cid"));

  MutexLock lock(mutex_);
  const auto found = entries_.find(answer.cid);
  if (object == nullptr || found == entries_.end() ||
      ReadText(*object, "provhash") != found->second.company.hash) {
    answer.body = kAuthorizationError;
    answer.refused = true;
    return answer;
  }
  const boost::json::value* data = object->if_contains("data");
  answer.body =
      Run(found->second, ReadText(*object, "cmd"), data == nullptr ? boost::json::value() : *data);
  return answer;
}

std::string Directory::Run(Entry& entry, const std::string& command,
                           const boost::json::value& data) {
  const bool probe = IsProbe(command, data);
  if (probe && !entry.smallest_page.empty()) return entry.smallest_page;
  if (!IsRead(command)) entry.smallest_page.clear();
  std::string body = PhpJson(RunCommand(entry.users, entry.invited, command, data));
  if (probe) entry.smallest_page = body;
  return body;
}

std::string Directory::HugeAnswer(size_t bytes) {
  Company company;
  company.cid = "1";
  company.users = 1000;
  const std::vector<User> users = MakeUsers(company);
  std::string body = "{\"total\":1000000,\"count\":1000000,\"Users\":{";
  body.reserve(bytes + 1024);
  for (size_t i = 0; body.size() < bytes; ++i) {
    if (i > 0) body.push_back(',');
    absl::StrAppend(&body, "\"", 100'000'000 + i,
                    "\":", PhpJson(ShowUser(users[i % users.size()])));
  }
  absl::StrAppend(&body, "}}");
  return body;
}

}  // namespace credlink::simulator
