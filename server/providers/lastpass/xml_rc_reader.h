// Reads the `rc` of LastPass's XML answer: <lastpass rc="Authorization Error"/>.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "absl/strings/string_view.h"

namespace credlink::lastpass {

// Reads by expat, no document type allowed, UTF-8 whatever the document claims. Not thread-safe.
// Neither the body's pieces nor their sizes change the finding: expat always gets the same blocks.
class XmlRcReader {
 public:
  enum Finding {
    // One whole, well-formed document with the root <lastpass> whose rc contains "authorization
    // error", in whatever case.
    kAuthorizationError,
    // The same with another rc.
    kOtherRc,
    // Markup that is not LastPass's: HTML, another root, no rc, ill-formed, a document type, more
    // elements than any known answer has.
    kForeign,
    // Broken off before the document's end, or longer than 64 KiB (the known answer has 76 bytes).
    kIncomplete,
  };

  XmlRcReader();
  ~XmlRcReader();
  XmlRcReader(const XmlRcReader&) = delete;
  XmlRcReader& operator=(const XmlRcReader&) = delete;

  // The next bytes. False: the finding does not depend on what follows.
  bool Append(absl::string_view bytes);

  // Call once, after the last byte.
  Finding Finish();

 private:
  class Parser;

  static constexpr size_t kMaxBytes = 64 * 1024;

  std::unique_ptr<Parser> parser_;
  std::array<char, 1024> block_;
  size_t filled_ = 0;
  size_t received_ = 0;
};

}  // namespace credlink::lastpass
