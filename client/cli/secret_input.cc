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

void DropLineEnd(Secret& bytes) {
  size_t size = bytes.size();
  if (size > 0 && bytes.data()[size - 1] == '\n') --size;
  if (size > 0 && bytes.data()[size - 1] == '\r') --size;
  bytes.Truncate(size);
}

// One byte more than the limit is an error.
absl::StatusOr<Secret> ReadLine(int terminal) {
  Secret line = Secret::OfSize(kMaxInput + 1);
  size_t size = 0;
  while (size < line.size()) {
    const ssize_t got = read(terminal, line.mutable_data() + size, 1);
    if (got < 0 && errno == EINTR && interrupted_by == 0) continue;
    if (got < 0 && errno == EINTR) return absl::CancelledError("interrupted");
    if (got < 0)
      return absl::InvalidArgumentError(absl::StrCat("cannot read: ", std::strerror(errno)));
    if (got == 0) break;
    size += got;
    if (line.data()[size - 1] == '\n') break;
  }
  if (size > kMaxInput) {
    return absl::InvalidArgumentError(
        absl::StrCat("more than ", kMaxInput, " bytes; that is no provisioning hash"));
  }
  line.Truncate(size);
  DropLineEnd(line);
  return line;
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
  absl::StatusOr<Secret> answer = ReadLine(terminal);
  if (!echo) (void)!write(terminal, "\n", 1);
  return answer;
}

}  // namespace

absl::StatusOr<Secret> ReadHash(const std::string& file) {
  const bool from_standard_input = file.empty() || file == "-";
  if (from_standard_input && isatty(STDIN_FILENO)) {
    return Ask("Provisioning hash (not shown): ", false);
  }
  absl::StatusOr<Secret> hash = ReadSecretFile(from_standard_input ? "-" : file, kMaxInput);
  if (hash.ok()) DropLineEnd(*hash);
  return hash;
}

absl::StatusOr<std::string> AskFor(absl::string_view what) {
  if (!isatty(STDIN_FILENO)) return absl::FailedPreconditionError("there is no terminal to ask at");
  absl::StatusOr<Secret> answer = Ask(absl::StrCat(what, ": "), true);
  if (!answer.ok()) return answer.status();
  return std::string(answer->Reveal());
}

}  // namespace credlink::cli
