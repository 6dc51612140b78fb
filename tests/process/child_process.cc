#include "tests/process/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

extern char** environ;

namespace credlink {
namespace {

constexpr absl::Duration kPollEvery = absl::Milliseconds(5);
constexpr size_t kLogEndBytes = 4096;

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::string NameOf(absl::string_view entry) {
  return std::string(entry.substr(0, entry.find('=')));
}

std::vector<std::string> EnvironmentOf(const Command& command) {
  std::map<std::string, std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) entries[NameOf(*entry)] = *entry;
  for (const std::string& entry : command.environment) entries[NameOf(entry)] = entry;
  std::vector<std::string> environment;
  for (auto& [name, entry] : entries) environment.push_back(std::move(entry));
  return environment;
}

int OpenForWriting(const std::string& path) {
  return open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
}

absl::Status CannotStart(const Command& command, absl::string_view what) {
  return absl::UnavailableError(
      absl::StrCat("cannot start ", command.argv[0], ": ", what, ": ", std::strerror(errno)));
}

// Between fork and exec of a process with threads: system calls only, no allocation.
[[noreturn]] void Exec(const int (&fds)[3], pid_t parent, char** argv, char** envp) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it has died before the line above
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  for (int i = 0; i < 3; ++i) {
    if (dup2(fds[i], i) < 0) _exit(127);
  }
  close_range(3, ~0U, 0);
  execve(argv[0], argv, envp);
  constexpr char kWhy[] = "the program cannot be executed\n";
  if (write(STDERR_FILENO, kWhy, sizeof(kWhy) - 1) < 0) _exit(126);
  _exit(127);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(const Command& command) {
  const std::vector<std::string> environment = EnvironmentOf(command);
  std::vector<char*> argv = Pointers(command.argv);
  std::vector<char*> envp = Pointers(environment);

  int fds[3] = {-1, -1, -1};
  absl::Cleanup close_fds = [&fds] {
    for (int fd : fds) {
      if (fd >= 0) close(fd);
    }
  };
  fds[0] = open(command.stdin_file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fds[0] < 0) return CannotStart(command, command.stdin_file);
  fds[2] = OpenForWriting(command.stderr_file);
  if (fds[2] < 0) return CannotStart(command, command.stderr_file);
  fds[1] = command.stdout_file.empty() ? fcntl(fds[2], F_DUPFD_CLOEXEC, 3)
                                       : OpenForWriting(command.stdout_file);
  if (fds[1] < 0) return CannotStart(command, command.stdout_file);

  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return CannotStart(command, "fork");
  if (pid == 0) Exec(fds, parent, argv.data(), envp.data());
  // <sys/pidfd.h> of glibc 2.36 is not for C++.
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (pidfd < 0) {
    const absl::Status failed = CannotStart(command, "pidfd_open");
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return failed;
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, pidfd, command.stderr_file));
}

ChildProcess::ChildProcess(pid_t pid, int pidfd, std::string log_file)
    : pid_(pid), pidfd_(pidfd), log_file_(std::move(log_file)) {}

ChildProcess::~ChildProcess() {
  if (!reaped_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(pidfd_);
}

std::string ChildProcess::Log() const {
  std::ifstream file(log_file_, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string ChildProcess::LogEnd() const {
  const std::string log = Log();
  return log.substr(log.size() - std::min(log.size(), kLogEndBytes));
}

bool ChildProcess::EndsWithin(absl::Duration time) const {
  if (reaped_) return true;
  const absl::Time deadline = absl::Now() + time;
  while (true) {
    const absl::Duration left = std::max(deadline - absl::Now(), absl::ZeroDuration());
    pollfd ended = {pidfd_, POLLIN, 0};
    const int count =
        poll(&ended, 1,
             static_cast<int>(absl::ToInt64Milliseconds(absl::Ceil(left, absl::Milliseconds(1)))));
    if (count >= 0) return count > 0;
    if (errno != EINTR) return false;
  }
}

absl::Status ChildProcess::WaitUntil(absl::FunctionRef<bool()> done, absl::Duration at_most) {
  const absl::Time deadline = absl::Now() + at_most;
  while (true) {
    // In this order: what it did just before its end counts.
    const bool ended = EndsWithin(absl::ZeroDuration());
    if (done()) return absl::OkStatus();
    if (ended) return absl::UnavailableError(absl::StrCat("the process has ended:\n", LogEnd()));
    if (absl::Now() >= deadline) {
      return absl::DeadlineExceededError(absl::StrCat("waited for nothing:\n", LogEnd()));
    }
    EndsWithin(kPollEvery);
  }
}

absl::StatusOr<std::string> ChildProcess::WaitForLine(absl::string_view part,
                                                      absl::Duration at_most) {
  std::string found;
  const absl::Status waited = WaitUntil(
      [&] {
        const std::string log = Log();
        const size_t whole = log.rfind('\n');
        if (whole == std::string::npos) return false;
        for (absl::string_view line :
             absl::StrSplit(absl::string_view(log).substr(0, whole), '\n')) {
          if (!absl::StrContains(line, part)) continue;
          found = std::string(line);
          return true;
        }
        return false;
      },
      at_most);
  if (!waited.ok()) return waited;
  return found;
}

void ChildProcess::Signal(int signal_number) {
  if (!reaped_) kill(pid_, signal_number);
}

absl::StatusOr<Exit> ChildProcess::WaitForExit(absl::Duration at_most) {
  if (reaped_) return exit_;
  if (!EndsWithin(at_most)) {
    return absl::DeadlineExceededError(absl::StrCat("the process still runs:\n", LogEnd()));
  }
  int status = 0;
  if (waitpid(pid_, &status, 0) != pid_) return absl::InternalError("waitpid fails");
  reaped_ = true;
  if (WIFEXITED(status)) exit_.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) exit_.signal = WTERMSIG(status);
  return exit_;
}

absl::StatusOr<Exit> ChildProcess::Stop(absl::Duration at_most) {
  Signal(SIGTERM);
  return WaitForExit(at_most);
}

}  // namespace credlink
