#include <boost/json/parser.hpp>
#include <boost/json/static_resource.hpp>
#include <boost/json/value.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/import_row.h"

namespace credlink::cli {
namespace {

namespace json = boost::json;

// Room for the values of one line, and for the parser's own work on it.
constexpr size_t kRoomPerByte = 24;
constexpr size_t kLeastRoom = 16 << 10;
constexpr size_t kLongestLine = 1 << 20;

absl::string_view View(json::string_view text) { return {text.data(), text.size()}; }

void SetAnnotations(const json::value& value, ImportRow& row) {
  if (!value.is_object()) {
    row.AddFault("annotations", "Must be an object of texts.");
    return;
  }
  for (const json::key_value_pair& pair : value.get_object()) {
    if (!pair.value().is_string()) {
      row.AddFault("annotations", "Must be an object of texts.");
      return;
    }
    // An empty key gets past Set() as one that the request's check refuses.
    (*row.request.mutable_annotations())[std::string(View(pair.key()))] =
        std::string(View(pair.value().get_string()));
  }
}

void SetValue(absl::string_view key, const json::value& value, ImportRow& row) {
  if (value.is_null()) return;
  if (key == "annotations") {
    SetAnnotations(value, row);
  } else if (key.find('.') != absl::string_view::npos || !IsImportKey(key)) {
    row.AddFault("", "There is a key that is not known; see credlink import --help.");
  } else if (value.is_string()) {
    row.Set(key, View(value.get_string()));
  } else if (key == "account_number" && value.is_int64() && value.get_int64() >= 0) {
    row.Set(key, absl::StrCat(value.get_int64()));
  } else {
    row.AddFault(key, "Must be a text.");
  }
}

// All that Boost.JSON keeps of the line lies in `room`, a Secret: it is wiped with it.
void ReadLine(absl::string_view text, Secret& room, ImportRow& row) {
  json::static_resource resource(room.mutable_data(), room.size());
  try {
    json::parser parser(&resource);
    parser.reset(&resource);
    json::error_code error;
    parser.write(text.data(), text.size(), error);
    if (error.failed()) {
      row.AddFault("", "This is not one JSON object on one line.");
      return;
    }
    const json::value value = parser.release();
    if (!value.is_object()) {
      row.AddFault("", "This is not one JSON object on one line.");
      return;
    }
    for (const json::key_value_pair& pair : value.get_object()) {
      SetValue(View(pair.key()), pair.value(), row);
    }
  } catch (const std::bad_alloc&) {
    row.AddFault("", "This line holds more than an account can.");
  }
}

}  // namespace

void ReadJsonRows(const std::string& parent, const Secret& bytes, ImportFile& file) {
  int line = 0;
  for (absl::string_view text : absl::StrSplit(bytes.Reveal(), '\n')) {
    ++line;
    text = absl::StripAsciiWhitespace(text);
    if (text.empty()) continue;
    ImportRow row(line);
    row.request.set_parent(parent);
    if (text.size() > kLongestLine) {
      file.faults.push_back({line, "", "This line holds more than an account can."});
      continue;
    }
    Secret room = Secret::OfSize(kLeastRoom + kRoomPerByte * text.size());
    ReadLine(text, room, row);
    AddRow(std::move(row), file);
  }
}

}  // namespace credlink::cli
