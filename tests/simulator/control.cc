#include "tests/simulator/control.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/simulator/wire.h"

namespace credlink::simulator {
namespace {

namespace http = boost::beast::http;
namespace json = boost::json;

constexpr absl::string_view kPrefix = "/_simulator/";

std::string Say(int status, const json::object& object) {
  return MakePlainAnswer(status, "application/json", json::serialize(object) + "\n");
}
std::string Done() { return Say(200, {{"ok", true}}); }
std::string Wrong(absl::string_view why) {
  return Say(400, {{"error", json::string_view(why.data(), why.size())}});
}

std::string ShowStats(const State& state) {
  const Stats stats = state.stats();
  return Say(200, {{"connections", stats.connections},
                   {"requests", stats.requests},
                   {"answered", stats.answered},
                   {"refused", stats.refused},
                   {"aborted", stats.aborted},
                   {"in_flight", stats.in_flight}});
}

std::string TextOf(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

int NumberOf(const json::object& object, const char* key, int fallback) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? static_cast<int>(value->get_int64()) : fallback;
}

std::string ChangeFault(const HttpRequest& request, const std::string& cid, State& state) {
  if (request.method() == http::verb::delete_) {
    state.SetFault(cid, absl::nullopt);
    return Done();
  }
  absl::StatusOr<Fault> fault = ParseFault(request.body());
  if (!fault.ok()) return Wrong(fault.status().message());
  state.SetFault(cid, *fault);
  return Done();
}

std::string ChangeCompany(const HttpRequest& request, bool reset, State& state) {
  boost::system::error_code error;
  const json::value parsed = json::parse(request.body(), error);
  const json::object* object = error ? nullptr : parsed.if_object();
  if (object == nullptr || TextOf(*object, "cid").empty() || TextOf(*object, "hash").empty()) {
    return Wrong("expected {\"cid\": \"digits\", \"hash\": \"...\"}");
  }
  if (reset) {
    state.directory().ResetHash(TextOf(*object, "cid"), TextOf(*object, "hash"));
  } else {
    Company company;
    company.cid = TextOf(*object, "cid");
    company.hash = TextOf(*object, "hash");
    company.users = NumberOf(*object, "users", company.users);
    company.groups = NumberOf(*object, "groups", company.groups);
    state.directory().Add(company);
  }
  return Done();
}

}  // namespace

bool IsControl(const HttpRequest& request) {
  return absl::StartsWith(absl::string_view(request.target().data(), request.target().size()),
                          kPrefix);
}

std::string RunControl(const HttpRequest& request, State& state) {
  const absl::string_view what =
      absl::string_view(request.target().data(), request.target().size()).substr(kPrefix.size());
  if (request.method() == http::verb::get && what == "stats") return ShowStats(state);
  if (what == "fault") return ChangeFault(request, "", state);
  if (absl::StartsWith(what, "fault/")) {
    return ChangeFault(request, std::string(what.substr(6)), state);
  }
  if (request.method() == http::verb::post && what == "companies") {
    return ChangeCompany(request, false, state);
  }
  if (request.method() == http::verb::post && what == "reset-hash") {
    return ChangeCompany(request, true, state);
  }
  return Say(404, {{"error", "see tests/simulator/README.md for what can be asked here"}});
}

}  // namespace credlink::simulator
