// Where an export goes.
#pragma once

#include <stdio.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace credlink::cli {

// A file that is there whole or as it was before: a broken export must not look like a short one.
// Symbolic links are followed. A device or pipe is written as it is; so is standard output, "-".
class OutputFile {
 public:
  static absl::StatusOr<std::unique_ptr<OutputFile>> Open(const std::string& path);
  // Without Commit(), the file stays as it was.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Whether a terminal shows what is written.
  bool IsTerminal() const;
  // False when this or an earlier part could not be written; Commit() says why.
  bool Write(absl::string_view text);
  // Once, in the end: all of it is on disk.
  absl::Status Commit();

 private:
  explicit OutputFile(std::string path) : path_(std::move(path)) {}
  // Opens the path, or a new file beside it. False with errno.
  bool OpenAny();
  std::string Failed(int error) const;

  std::string path_;
  std::string temporary_;  // becomes path_; empty when path_ is written directly
  FILE* file_ = nullptr;
  int error_ = 0;  // of the first write that failed
};

}  // namespace credlink::cli
