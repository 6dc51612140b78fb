// The server's log: one JSON object a line on standard error. Whoever writes a line names every
// field; no message or upstream text is ever written whole.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace spdlog {
class logger;
}  // namespace spdlog

namespace credlink {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Thread-safe. Lines are whole, also when two threads write at once.
class Log {
 public:
  // A field's name and value. Values are escaped, whatever is in them.
  using Fields = std::initializer_list<std::pair<absl::string_view, absl::string_view>>;

  explicit Log(LogLevel level);
  // Writes to that file instead, for tests.
  Log(LogLevel level, const std::string& path);
  ~Log();

  // `event` says what happened, in a few constant words.
  void Debug(absl::string_view event, Fields fields = {}) {
    Write(LogLevel::kDebug, event, fields);
  }
  void Info(absl::string_view event, Fields fields = {}) { Write(LogLevel::kInfo, event, fields); }
  void Warning(absl::string_view event, Fields fields = {}) {
    Write(LogLevel::kWarning, event, fields);
  }
  void Error(absl::string_view event, Fields fields = {}) {
    Write(LogLevel::kError, event, fields);
  }

  bool Writes(LogLevel level) const { return level >= level_; }

 private:
  void Write(LogLevel level, absl::string_view event, Fields fields);

  const LogLevel level_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace credlink
