// Tells which of LastPass's JSON answers to getuserdata a body is, while it arrives.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"

namespace credlink::lastpass {

// The shapes are those of lastpass-enterprise-api.md, sections 3.1 and 4.
struct JsonFinding {
  enum Shape {
    // One whole object with `total`, `count` (integers that are not negative) and `Users` (an
    // object, or PHP's `[]` for an empty one), each exactly once, and no sign of a failure.
    kUserData,
    // One whole object with a `status` other than ok or success, or with an `error` or `errors`
    // that
    // says something.
    kFailure,
    // One whole document of any other shape; repeated keys are among these.
    kOther,
    // Not exactly one whole JSON document, or one nested more than 32 levels deep.
    kBroken,
  };
  Shape shape = kBroken;
  int64_t total = 0;  // with kUserData
};

// Keeps nothing of the body but these facts: its memory does not grow with the body. Not
// thread-safe.
class JsonShapeReader {
 public:
  JsonShapeReader();
  ~JsonShapeReader();
  JsonShapeReader(const JsonShapeReader&) = delete;
  JsonShapeReader& operator=(const JsonShapeReader&) = delete;

  // The next bytes. False: the finding is kBroken whatever follows.
  bool Append(absl::string_view bytes);

  // Call once, after the last byte.
  JsonFinding Finish();

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace credlink::lastpass
