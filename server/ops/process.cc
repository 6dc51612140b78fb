#include "server/ops/process.h"

#include <grpc/support/log.h>
#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

extern char** environ;

namespace credlink {
namespace {

// Whatever switches tracing on, writes TLS keys, or names a proxy or another set of authorities.
bool IsDangerous(absl::string_view name) {
  return absl::StartsWith(name, "GRPC_") || absl::StartsWith(name, "SSL_CERT_") ||
         absl::EndsWithIgnoreCase(name, "_proxy") || absl::StartsWith(name, "OPENSSL_") ||
         name == "SSLKEYLOGFILE" || name == "CURL_CA_BUNDLE" || name == "CURL_HOME" ||
         name == "NETRC";
}

sigset_t StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

// gpr_set_log_function takes a plain function, so what it needs has to stand here.
std::atomic<Log*> grpc_log_target{nullptr};
std::atomic<int64_t> grpc_log_second{0};
std::atomic<int> grpc_log_lines{0};

void OnGrpcLog(gpr_log_func_args* args) {
  constexpr int kMaxLinesPerSecond = 10;
  Log* log = grpc_log_target.load();
  if (log == nullptr || args->severity != GPR_LOG_SEVERITY_ERROR) return;
  // A remark that gRPC 1.51 makes at every start of a callback server.
  if (absl::StartsWith(args->message, "Completion queue of type")) return;
  const int64_t second = absl::ToUnixSeconds(absl::Now());
  if (grpc_log_second.exchange(second) != second) grpc_log_lines = 0;
  if (++grpc_log_lines > kMaxLinesPerSecond) return;
  log->Warning("grpc reports an error", {{"source", absl::StrCat(args->file, ":", args->line)}});
}

}  // namespace

void ScrubEnvironment() {
  std::vector<std::string> names;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const absl::string_view text(*entry);
    const absl::string_view name = text.substr(0, text.find('='));
    if (IsDangerous(name)) names.emplace_back(name);
  }
  for (const std::string& name : names) unsetenv(name.c_str());
}

void DropDebugChecks() {
  // Debian builds Abseil with its search for deadlocks, a graph behind one lock of the process that
  // every lock of gRPC's goes through.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

void HardenProcess() {
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  // gRPC and OpenSSL free buffers that held requests without wiping them.
  mallopt(M_PERTURB, 0xa5);
  // By default there are eight heaps a core, each with gaps of its own: memory would depend on the
  // machine.
  mallopt(M_ARENA_MAX, 4);
  rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

GrpcLogCapture::GrpcLogCapture(Log& log) {
  grpc_log_target = &log;
  gpr_set_log_function(OnGrpcLog);
}

GrpcLogCapture::~GrpcLogCapture() { grpc_log_target = nullptr; }

void BlockSignals() {
  const sigset_t set = StopSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

int WaitForSignal() {
  const sigset_t set = StopSignals();
  int signal_number = 0;
  while (sigwait(&set, &signal_number) != 0) {
  }
  return signal_number;
}

int WaitForSignal(absl::Duration at_most) {
  const sigset_t set = StopSignals();
  const timespec time = absl::ToTimespec(at_most);
  const int signal_number = sigtimedwait(&set, nullptr, &time);
  return signal_number > 0 ? signal_number : 0;
}

void RaiseStop() { kill(getpid(), SIGTERM); }

}  // namespace credlink
