#include "server/providers/lastpass/xml_rc_reader.h"

#include <expat.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace credlink::lastpass {

class XmlRcReader::Parser {
 public:
  Parser() : expat_(XML_ParserCreate("UTF-8")) {
    if (expat_ == nullptr) std::abort();  // out of memory
    XML_SetUserData(expat_, this);
    XML_SetStartElementHandler(expat_, &Parser::OnElement);
    XML_SetStartDoctypeDeclHandler(expat_, &Parser::OnDoctype);
  }
  ~Parser() { XML_ParserFree(expat_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  bool failed() const { return error_ != XML_ERROR_NONE; }

  // False when the document is known to be no good.
  bool Parse(absl::string_view block, bool last) {
    if (failed()) return false;
    if (XML_Parse(expat_, block.data(), static_cast<int>(block.size()), last) == XML_STATUS_ERROR) {
      error_ = XML_GetErrorCode(expat_);
    }
    return !failed();
  }

  Finding Result() const {
    switch (error_) {
      case XML_ERROR_NONE:
        return finding_;
      case XML_ERROR_NO_ELEMENTS:
      case XML_ERROR_PARTIAL_CHAR:
      case XML_ERROR_UNCLOSED_CDATA_SECTION:
      case XML_ERROR_UNCLOSED_TOKEN:
        return kIncomplete;
      default:
        return kForeign;
    }
  }

 private:
  // More would let a small document take much of expat's memory.
  static constexpr int kMaxElements = 16;

  static void OnElement(void* self, const XML_Char* name, const XML_Char** attributes) {
    static_cast<Parser*>(self)->ReadElement(name, attributes);
  }

  static void OnDoctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    static_cast<Parser*>(self)->Stop();
  }

  void ReadElement(absl::string_view name, const XML_Char** attributes) {
    ++elements_;
    if (elements_ > kMaxElements) return Stop();
    if (elements_ > 1) return;
    if (name != "lastpass") return Stop();
    for (; attributes[0] != nullptr; attributes += 2) {
      if (absl::string_view(attributes[0]) != "rc") continue;
      const std::string rc = absl::AsciiStrToLower(attributes[1]);
      finding_ = absl::StrContains(rc, "authorization error") ? kAuthorizationError : kOtherRc;
    }
    if (finding_ == kForeign) Stop();
  }

  // XML_Parse then fails with XML_ERROR_ABORTED.
  void Stop() { XML_StopParser(expat_, XML_FALSE); }

  XML_Parser expat_;
  XML_Error error_ = XML_ERROR_NONE;
  Finding finding_ = kForeign;
  int elements_ = 0;
};

XmlRcReader::XmlRcReader() : parser_(std::make_unique<Parser>()) {}
XmlRcReader::~XmlRcReader() = default;

bool XmlRcReader::Append(absl::string_view bytes) {
  while (!bytes.empty()) {
    if (received_ == kMaxBytes) {
      ++received_;
      return false;
    }
    if (received_ > kMaxBytes) return false;
    const size_t taken = std::min(bytes.size(), block_.size() - filled_);
    std::memcpy(block_.data() + filled_, bytes.data(), taken);
    bytes.remove_prefix(taken);
    filled_ += taken;
    received_ += taken;
    if (filled_ < block_.size()) continue;
    filled_ = 0;
    if (!parser_->Parse(absl::string_view(block_.data(), block_.size()), false)) return false;
  }
  return true;
}

XmlRcReader::Finding XmlRcReader::Finish() {
  if (received_ > kMaxBytes) return parser_->failed() ? parser_->Result() : kIncomplete;
  parser_->Parse(absl::string_view(block_.data(), filled_), true);
  return parser_->Result();
}

}  // namespace credlink::lastpass
