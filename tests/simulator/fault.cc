#include "tests/simulator/fault.h"

#include <boost/json/parse.hpp>
#include <map>

#include "absl/strings/str_cat.h"

namespace credlink::simulator {
namespace {

const std::map<std::string, Fault::Kind>& Kinds() {
  static const auto& kinds = *new std::map<std::string, Fault::Kind>{
      {"none", Fault::kNone},
      {"hang", Fault::kHang},
      {"close", Fault::kClose},
      {"reset", Fault::kReset},
      {"trickle", Fault::kTrickle},
      {"body", Fault::kBody},
      {"edge_block", Fault::kEdgeBlock},
      {"edge_rate_limit", Fault::kEdgeRateLimit},
      {"server_error", Fault::kServerError},
      {"huge_answer", Fault::kHugeAnswer},
      {"huge_garbage", Fault::kHugeGarbage},
      {"length_too_long", Fault::kLengthTooLong},
      {"length_too_short", Fault::kLengthTooShort},
      {"truncated", Fault::kTruncated},
      {"redirect", Fault::kRedirect},
  };
  return kinds;
}

}  // namespace

absl::StatusOr<Fault> ParseFault(absl::string_view json) {
  boost::system::error_code error;
  const boost::json::value parsed =
      boost::json::parse(boost::json::string_view(json.data(), json.size()), error);
  const boost::json::object* object = error ? nullptr : parsed.if_object();
  if (object == nullptr) return absl::InvalidArgumentError("a fault is a JSON object");
  Fault fault;
  for (const auto& [key, value] : *object) {
    const std::string name(key);
    const int64_t* number = value.if_int64();
    const boost::json::string* text = value.if_string();
    if (name == "kind" && text != nullptr && Kinds().count(std::string(*text)) > 0) {
      fault.kind = Kinds().at(std::string(*text));
    } else if (name == "body" && text != nullptr) {
      fault.body = std::string(*text);
    } else if (name == "latency_ms" && number != nullptr) {
      fault.latency = absl::Milliseconds(*number);
    } else if (name == "interval_ms" && number != nullptr) {
      fault.interval = absl::Milliseconds(*number);
    } else if (name == "bytes" && number != nullptr && *number >= 0) {
      fault.bytes = *number;
    } else if (name == "status" && number != nullptr) {
      fault.status = static_cast<int>(*number);
    } else if (name == "retry_after_seconds" && number != nullptr) {
      fault.retry_after_seconds = static_cast<int>(*number);
    } else if (name == "only_next" && number != nullptr) {
      fault.only_next = static_cast<int>(*number);
    } else {
      return absl::InvalidArgumentError(absl::StrCat("cannot read '", name, "' of the fault"));
    }
  }
  return fault;
}

}  // namespace credlink::simulator
