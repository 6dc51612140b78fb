// What a command prints: text for people, or the API's own messages as JSON for programs.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"

namespace credlink::cli {

enum class Format { kText, kJson };

// Where results and errors go. Results go to standard output; errors to standard error, in the same
// format.
class Output {
 public:
  explicit Output(Format format) : format_(format) {}

  // The response as protobuf JSON, or `text`.
  void Result(const google::protobuf::Message& response, const std::string& text) const;

  // What happened, each faulty field, and whose move it is; or a google.rpc.Status as protobuf
  // JSON.
  void Error(const absl::Status& status) const;

  // For people only: says on standard error what takes a moment, when that is a terminal.
  void Progress(const char* what) const;

 private:
  Format format_;
};

}  // namespace credlink::cli
