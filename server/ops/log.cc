#include "server/ops/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace credlink {
namespace {

std::shared_ptr<spdlog::logger> MakeLogger(spdlog::sink_ptr sink) {
  auto logger = std::make_shared<spdlog::logger>("credlink", std::move(sink));
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::trace);  // the level is ours to decide, before a line is built
  logger->flush_on(spdlog::level::trace);
  return logger;
}

absl::string_view NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "";
}

// Printable ASCII only: nothing that a terminal or a line-based reader would obey gets through.
std::string Quote(absl::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (char c : text) safe.push_back(absl::ascii_isprint(c) ? c : '?');
  return boost::json::serialize(boost::json::string_view(safe.data(), safe.size()));
}

}  // namespace

Log::Log(LogLevel level)
    : level_(level), logger_(MakeLogger(std::make_shared<spdlog::sinks::stderr_sink_mt>())) {}

Log::Log(LogLevel level, const std::string& path)
    : level_(level),
      logger_(MakeLogger(std::make_shared<spdlog::sinks::basic_file_sink_mt>(path))) {}

Log::~Log() = default;

void Log::Write(LogLevel level, absl::string_view event, Fields fields) {
  if (!Writes(level)) return;
  std::string line = absl::StrCat(
      "{\"time\":\"", absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone()),
      "\",\"level\":\"", NameOf(level), "\",\"event\":", Quote(event));
  for (const auto& [name, value] : fields) {
    absl::StrAppend(&line, ",", Quote(name), ":", Quote(value));
  }
  line.push_back('}');
  logger_->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace credlink
