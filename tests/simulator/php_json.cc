#include "tests/simulator/php_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include "absl/strings/str_format.h"

namespace credlink::simulator {
namespace {

void AppendEscape(std::string& out, uint32_t code) {
  if (code < 0x10000) {
    absl::StrAppendFormat(&out, "\\u%04x", code);
    return;
  }
  code -= 0x10000;
  absl::StrAppendFormat(&out, "\\u%04x\\u%04x", 0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff));
}

// The code point at text[i], which is UTF-8 that Boost.JSON has checked; i moves to its last byte.
uint32_t CodePoint(const std::string& text, size_t& i) {
  const uint8_t lead = text[i];
  const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
  uint32_t code = lead & (0x3f >> more);
  for (int k = 0; k < more; ++k) code = code << 6 | (text[++i] & 0x3f);
  return code;
}

void AppendString(std::string& out, const boost::json::string& text) {
  const std::string quoted = boost::json::serialize(text);
  for (size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '/') {
      out += "\\/";
    } else if (static_cast<uint8_t>(quoted[i]) < 0x80) {
      out.push_back(quoted[i]);
    } else {
      AppendEscape(out, CodePoint(quoted, i));
    }
  }
}

void Append(std::string& out, const boost::json::value& value) {
  if (const auto* text = value.if_string()) {
    AppendString(out, *text);
  } else if (const auto* array = value.if_array()) {
    out.push_back('[');
    for (size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out.push_back(',');
      Append(out, (*array)[i]);
    }
    out.push_back(']');
  } else if (const auto* object = value.if_object(); object != nullptr && object->empty()) {
    out += "[]";
  } else if (object != nullptr) {
    char separator = '{';
    for (const auto& [key, member] : *object) {
      out.push_back(separator);
      separator = ',';
      AppendString(out, boost::json::string(key));
      out.push_back(':');
      Append(out, member);
    }
    out.push_back('}');
  } else {
    out += boost::json::serialize(value);
  }
}

}  // namespace

std::string PhpJson(const boost::json::value& value) {
  std::string out;
  Append(out, value);
  return out;
}

}  // namespace credlink::simulator
