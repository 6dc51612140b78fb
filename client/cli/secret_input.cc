#include "client/cli/secret_input.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

namespace credlink::cli {
namespace {

constexpr size_t kMaxInput = 4096;  // four times what the server takes

volatile sig_atomic_t interrupted_by = 0;

// Reads to the end, or to the end of the line. One byte more than the limit is an error.
absl::StatusOr<Secret> ReadAll(int fd, bool one_line) {
  Secret bytes = Secret::OfSize(kMaxInput + 1);
  size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = read(fd, bytes.mutable_data() + size, one_line ? 1 : bytes.size() - size);
    if (got < 0 && errno == EINTR && interrupted_by == 0) continue;
    if (got < 0 && errno == EINTR) return absl::CancelledError("interrupted");
    if (got < 0)
      return absl::InvalidArgumentError(absl::StrCat("cannot read: ", std::strerror(errno)));
    if (got == 0) break;
    size += got;
    if (one_line && bytes.data()[size - 1] == '\n') break;
  }
  if (size > kMaxInput) {
    return absl::InvalidArgumentError(
        absl::StrCat("holds more than ", kMaxInput, " bytes; that is no provisioning hash"));
  }
  if (size > 0 && bytes.data()[size - 1] == '\n') --size;
  if (size > 0 && bytes.data()[size - 1] == '\r') --size;
  bytes.Truncate(size);
  return bytes;
}

// Shows the prompt and reads a line. The terminal is put back as it was, also after Ctrl-C.
absl::StatusOr<Secret> Ask(absl::string_view prompt, bool echo) {
  const int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0) return absl::FailedPreconditionError("there is no terminal to ask at");
  const auto close_terminal = absl::MakeCleanup([terminal] { close(terminal); });

  // Without SA_RESTART, so that a signal ends the read and what follows runs.
  struct sigaction action = {}, old_interrupt, old_terminate;
  action.sa_handler = [](int signal_number) { interrupted_by = signal_number; };
  sigaction(SIGINT, &action, &old_interrupt);
  sigaction(SIGTERM, &action, &old_terminate);
  termios before;
  tcgetattr(terminal, &before);
  termios quiet = before;
  if (!echo) quiet.c_lflag &= ~ECHO;
  tcsetattr(terminal, TCSAFLUSH, &quiet);
  const auto restore = absl::MakeCleanup([&] {
    tcsetattr(terminal, TCSAFLUSH, &before);
    sigaction(SIGINT, &old_interrupt, nullptr);
    sigaction(SIGTERM, &old_terminate, nullptr);
    if (interrupted_by != 0) raise(interrupted_by);
  });

  // What cannot be shown is not worth an error: the answer is.
  (void)!write(terminal, prompt.data(), prompt.size());
  absl::StatusOr<Secret> answer = ReadAll(terminal, /*one_line=*/true);
  if (!echo) (void)!write(terminal, "\n", 1);
  return answer;
}

}  // namespace

absl::StatusOr<Secret> ReadHash(const std::string& file) {
  if (file.empty() && isatty(STDIN_FILENO)) return Ask("Provisioning hash (not shown): ", false);
  if (file.empty() || file == "-") return ReadAll(STDIN_FILENO, /*one_line=*/false);
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--hash-file: cannot open ", file, ": ", std::strerror(errno)));
  }
  absl::StatusOr<Secret> hash = ReadAll(fd, /*one_line=*/false);
  close(fd);
  if (!hash.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--hash-file: ", file, " ", std::string(hash.status().message())));
  }
  return hash;
}

absl::StatusOr<std::string> AskFor(absl::string_view what) {
  if (!isatty(STDIN_FILENO)) return absl::FailedPreconditionError("there is no terminal to ask at");
  absl::StatusOr<Secret> answer = Ask(absl::StrCat(what, ": "), true);
  if (!answer.ok()) return answer.status();
  return std::string(answer->Reveal());
}

}  // namespace credlink::cli
