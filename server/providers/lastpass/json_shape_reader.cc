#include "server/providers/lastpass/json_shape_reader.h"

#include <boost/json/basic_parser_impl.hpp>
#include <cstddef>

#include "server/providers/lastpass/short_text.h"

namespace credlink::lastpass {
namespace {

namespace json = boost::json;

// Boost.JSON's events, boiled down to the values of the outermost object.
class ShapeHandler {
 public:
  static constexpr size_t max_array_size = SIZE_MAX;
  static constexpr size_t max_object_size = SIZE_MAX;
  static constexpr size_t max_string_size = SIZE_MAX;
  static constexpr size_t max_key_size = SIZE_MAX;

  JsonFinding Finding() const {
    JsonFinding finding;
    finding.shape = Shape();
    if (finding.shape == JsonFinding::kUserData) finding.total = total_.value;
    return finding;
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }

  bool on_object_begin(json::error_code&) { return Open(); }
  bool on_object_end(size_t size, json::error_code&) {
    Close(Kind::kObject, size);
    root_is_object_ = depth_ == 0;
    return true;
  }
  bool on_array_begin(json::error_code&) { return Open(); }
  bool on_array_end(size_t size, json::error_code&) { return Close(Kind::kArray, size); }

  bool on_key_part(json::string_view part, size_t, json::error_code&) {
    if (depth_ == 1) text_.Append(absl::string_view(part.data(), part.size()));
    return true;
  }
  bool on_key(json::string_view part, size_t size, json::error_code& error) {
    on_key_part(part, size, error);
    if (depth_ == 1) current_ = Named(text_);
    text_.Clear();
    return true;
  }
  bool on_string_part(json::string_view part, size_t, json::error_code&) {
    if (depth_ == 1) text_.Append(absl::string_view(part.data(), part.size()));
    return true;
  }
  bool on_string(json::string_view part, size_t size, json::error_code& error) {
    on_string_part(part, size, error);
    if (depth_ == 1 && current_ == &status_) {
      const bool good = text_.IsIgnoringCase("ok") || text_.IsIgnoringCase("success");
      if (!good) failed_ = true;
    }
    text_.Clear();
    return Value(Kind::kString, static_cast<int64_t>(size));
  }

  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(int64_t value, json::string_view, json::error_code&) {
    return Value(value >= 0 ? Kind::kNatural : Kind::kScalar, value);
  }
  // Only called for what int64 cannot hold: no company has so many users.
  bool on_uint64(uint64_t, json::string_view, json::error_code&) { return Value(Kind::kScalar, 0); }
  bool on_double(double, json::string_view, json::error_code&) { return Value(Kind::kScalar, 0); }
  bool on_bool(bool, json::error_code&) { return Value(Kind::kScalar, 0); }
  bool on_null(json::error_code&) { return Value(Kind::kNull, 0); }

  // Comments are no JSON; the parser refuses them by default.
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  enum class Kind { kNull, kNatural, kString, kArray, kObject, kScalar };

  // A key of the outermost object that means something here.
  struct Field {
    int times = 0;
    Kind kind = Kind::kNull;  // of the last value
    int64_t value = 0;        // the number, or how many bytes or elements the value has

    bool Once(Kind wanted) const { return times == 1 && kind == wanted; }
  };

  // What LastPass calls data is matched exactly; what would mean a failure, in any case.
  Field* Named(const ShortText& key) {
    if (key.Is("total")) return &total_;
    if (key.Is("count")) return &count_;
    if (key.Is("Users")) return &users_;
    if (key.IsIgnoringCase("status")) return &status_;
    if (key.IsIgnoringCase("error")) return &error_;
    if (key.IsIgnoringCase("errors")) return &errors_;
    return nullptr;
  }

  bool Open() {
    ++depth_;
    return true;
  }
  bool Close(Kind kind, size_t size) {
    --depth_;
    return Value(kind, static_cast<int64_t>(size));
  }

  bool Value(Kind kind, int64_t value) {
    if (depth_ != 1 || current_ == nullptr) return true;
    ++current_->times;
    current_->kind = kind;
    current_->value = value;
    const bool tells_error = current_ == &error_ || current_ == &errors_;
    if (tells_error && !IsEmpty(kind, value)) failed_ = true;
    return true;
  }

  static bool IsEmpty(Kind kind, int64_t value) {
    const bool has_size = kind == Kind::kString || kind == Kind::kArray || kind == Kind::kObject;
    return kind == Kind::kNull || (has_size && value == 0);
  }

  JsonFinding::Shape Shape() const {
    if (!root_is_object_) return JsonFinding::kOther;
    if (failed_) return JsonFinding::kFailure;
    const bool has_data = total_.Once(Kind::kNatural) && count_.Once(Kind::kNatural) && HasUsers();
    const bool is_clear = (status_.times == 0 || status_.Once(Kind::kString)) &&
                          error_.times <= 1 && errors_.times <= 1;
    return has_data && is_clear ? JsonFinding::kUserData : JsonFinding::kOther;
  }

  bool HasUsers() const {
    return users_.Once(Kind::kObject) || (users_.Once(Kind::kArray) && users_.value == 0);
  }

  int depth_ = 0;
  bool root_is_object_ = false;
  bool failed_ = false;
  ShortText text_;  // of the outermost object's current key, then of its value
  Field* current_ = nullptr;
  Field total_, count_, users_, status_, error_, errors_;
};

json::parse_options StrictOptions() {
  json::parse_options options;  // strict JSON and valid UTF-8 are the defaults
  options.max_depth = 32;
  return options;
}

}  // namespace

class JsonShapeReader::Parser {
 public:
  bool Write(bool more, absl::string_view bytes) {
    if (broken_) return false;
    json::error_code error;
    const size_t used = parser_.write_some(more, bytes.data(), bytes.size(), error);
    // Stopping short is the sign of something after the document's end.
    broken_ = error || used < bytes.size();
    return !broken_;
  }

  JsonFinding Finding() const {
    return broken_ || !parser_.done() ? JsonFinding() : parser_.handler().Finding();
  }

 private:
  json::basic_parser<ShapeHandler> parser_{StrictOptions()};
  bool broken_ = false;
};

JsonShapeReader::JsonShapeReader() : parser_(std::make_unique<Parser>()) {}
JsonShapeReader::~JsonShapeReader() = default;

bool JsonShapeReader::Append(absl::string_view bytes) { return parser_->Write(true, bytes); }

JsonFinding JsonShapeReader::Finish() {
  parser_->Write(false, absl::string_view("", 0));
  return parser_->Finding();
}

}  // namespace credlink::lastpass
