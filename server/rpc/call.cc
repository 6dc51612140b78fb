#include "server/rpc/call.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"
#include "server/rpc/caller_identity.h"
#include "server/rpc/status.h"

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

void LogCall(Log& log, const char* method, const Caller& caller, const absl::Status& status,
             absl::Duration took) {
  const LogLevel level = LevelOf(status);
  if (!log.Writes(level)) return;
  const absl::optional<v1::ErrorReason> reason = ReasonOf(status);
  const std::string code = absl::StatusCodeToString(status.code());
  const std::string reason_name = reason ? ReasonName(*reason) : "";
  const std::string millis = absl::StrCat(absl::ToInt64Milliseconds(took));
  // A fault without a reason is ours, and its text is for the log alone.
  const std::string text = reason ? "" : std::string(status.message());
  const Log::Fields fields = {{"method", method}, {"caller", caller.identity},
                              {"code", code},     {"reason", reason_name},
                              {"ms", millis},     {"text", text}};
  switch (level) {
    case LogLevel::kDebug:
      return log.Debug("call", fields);
    case LogLevel::kInfo:
      return log.Info("call failed", fields);
    case LogLevel::kWarning:
      return log.Warning("call failed", fields);
    case LogLevel::kError:
      return log.Error("call failed", fields);
  }
}

}  // namespace

void Call::OnCancel() {
  boost::asio::post(strand_, [call = shared_from_this()] {
    call->cancelled_.emit(boost::asio::cancellation_type::terminal);
  });
}

CallInfo Call::InfoOf(const CallEnvironment& environment,
                      const grpc::CallbackServerContext& context) {
  // Without a deadline of the caller's this is far in the future; the difference must not overflow.
  const auto now = std::chrono::system_clock::now();
  const auto latest = now + absl::ToChronoNanoseconds(environment.max_call);
  const absl::Duration left = absl::FromChrono(std::min(context.deadline(), latest) - now);
  return {IdentifyCaller(context), Deadline::In(left)};
}

grpc::ServerUnaryReactor* Call::Refuse(CallEnvironment& environment,
                                       grpc::CallbackServerContext* context, const char* method) {
  const absl::Status status = Fault(v1::ERROR_REASON_SERVER_OVERLOADED);
  LogCall(environment.log, method, IdentifyCaller(*context), status, absl::ZeroDuration());
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

void Call::End(absl::Status status) {
  LogCall(environment_.log, method_, caller_, status,
          absl::FromChrono(Deadline::Steady::now() - start_));
  environment_.admission.Leave();
  Finish(ToGrpcStatus(status));
  // Nothing of the request, the response or the context may be touched from here on.
}

}  // namespace credlink
