#include "server/rpc/call_body.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"
#include "server/rpc/caller_identity.h"

namespace credlink {
namespace {

// Whose fault it is decides how loud a failed call is: the caller's own mistakes are its own
// business.
LogLevel LevelOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kCancelled:
      return LogLevel::kDebug;
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnavailable:
      return LogLevel::kInfo;
    default:
      return LogLevel::kError;
  }
}

}  // namespace

CallBody::CallBody(Executor& executor, Log& log, const char* method,
                   const grpc::CallbackServerContext& context)
    : log_(log), method_(method), strand_(executor.NewStrand()), caller_(IdentifyCaller(context)) {}

void CallBody::LogEnd(const absl::Status& status) const {
  const LogLevel level = LevelOf(status);
  if (!log_.Writes(level)) return;
  const absl::Duration took = absl::FromChrono(Deadline::Steady::now() - start_);
  const absl::optional<v1::ErrorReason> reason = ReasonOf(status);
  const std::string code = absl::StatusCodeToString(status.code());
  const std::string reason_name = reason ? ReasonName(*reason) : "";
  const std::string millis = absl::StrCat(absl::ToInt64Milliseconds(took));
  // A fault without a reason is ours, and its text is for the log alone.
  const std::string text = reason ? "" : std::string(status.message());
  const Log::Fields fields = {{"method", method_}, {"caller", caller_.identity},
                              {"code", code},      {"reason", reason_name},
                              {"ms", millis},      {"text", text}};
  switch (level) {
    case LogLevel::kDebug:
      return log_.Debug("call", fields);
    case LogLevel::kInfo:
      return log_.Info("call failed", fields);
    case LogLevel::kWarning:
      return log_.Warning("call failed", fields);
    case LogLevel::kError:
      return log_.Error("call failed", fields);
  }
}

}  // namespace credlink
