// What a command prints: text for people, or the API's own messages as JSON for programs.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace credlink::cli {

enum class Format { kText, kJson };

// The message as protobuf JSON on one line, without a line's end, with every field.
absl::StatusOr<std::string> ToJsonLine(const google::protobuf::Message& message);

// Where results and errors go. Results go to standard output; errors to standard error, in the same
// format.
class Output {
 public:
  explicit Output(Format format) : format_(format) {}

  // The response as protobuf JSON, or `text`.
  void Result(const google::protobuf::Message& response, const std::string& text) const;

  // One of many: `text`, or the message as JSON on one line; written out at once. False when nobody
  // reads any more.
  bool Line(const google::protobuf::Message& message, const std::string& text) const;

  // What happened, each faulty field, and whose move it is; or a google.rpc.Status as protobuf
  // JSON.
  void Error(const absl::Status& status) const;

  // For people only: says on standard error what takes a moment, when that is a terminal.
  void Progress(const char* what) const;

  Format format() const { return format_; }

 private:
  Format format_;
};

}  // namespace credlink::cli
