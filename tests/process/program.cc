#include "tests/process/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace credlink {
namespace {

constexpr auto kPatience = std::chrono::minutes(1);
constexpr size_t kPipeBytes = 64 * 1024;  // what Linux holds in a pipe

void Require(bool fine, const char* what) {
  if (fine) return;
  perror(what);
  abort();
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Kills the program when it takes too long, so that no test hangs.
class Watchdog {
 public:
  explicit Watchdog(pid_t pid) : until_(std::chrono::steady_clock::now() + kPatience), pid_(pid) {}
  int MillisLeft() {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until_ - std::chrono::steady_clock::now());
    if (left.count() > 0) return static_cast<int>(left.count());
    kill(pid_, SIGKILL);
    return 1000;
  }

 private:
  const std::chrono::steady_clock::time_point until_;
  const pid_t pid_;
};

int WaitForEnd(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// What comes out of `fd` until its end, or until `text` ends with `until`.
void ReadUntil(int fd, const std::string& until, Watchdog& watchdog, std::string& text) {
  const size_t from = text.size();
  while (until.empty() || text.find(until, from) == std::string::npos) {
    pollfd ready{fd, POLLIN, 0};
    if (poll(&ready, 1, watchdog.MillisLeft()) <= 0) continue;
    char buffer[4096];
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got <= 0) return;  // a terminal's end is an error, EIO
    text.append(buffer, got);
  }
}

pid_t Spawn(std::vector<std::string> arguments, std::vector<std::string> environment,
            posix_spawn_file_actions_t& actions, short flags) {
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, flags);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, arguments[0].c_str(), &actions, &attributes,
                                Pointers(arguments).data(), Pointers(environment).data());
  Require(error == 0, arguments[0].c_str());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

}  // namespace

Ended RunProgram(const std::vector<std::string>& arguments, const RunOptions& options) {
  int in[2], out[2], err[2];
  Require(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0,
          "pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  // Before the program can end: writing to one that has ended raises SIGPIPE.
  Require(options.input.size() <= kPipeBytes &&
              write(in[1], options.input.data(), options.input.size()) ==
                  static_cast<ssize_t>(options.input.size()),
          "write");
  close(in[1]);
  std::vector<std::string> environment;
  for (const auto& [name, value] : options.variables) environment.push_back(name + "=" + value);
  const pid_t pid = Spawn(arguments, environment, actions, 0);
  for (int end : {in[0], out[1], err[1]}) close(end);

  Ended ended;
  Watchdog watchdog(pid);
  std::thread errors([&] { ReadUntil(err[0], "", watchdog, ended.err); });
  ReadUntil(out[0], "", watchdog, ended.out);
  errors.join();
  close(out[0]);
  close(err[0]);
  ended.exit_code = WaitForEnd(pid);
  return ended;
}

Ended RunAtTerminal(const std::vector<std::string>& arguments,
                    const std::vector<Exchange>& exchanges) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  Require(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0, "posix_openpt");
  const std::string other_end = ptsname(terminal);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // The first terminal that a new session opens becomes its own.
  posix_spawn_file_actions_addopen(&actions, 0, other_end.c_str(), O_RDWR, 0);
  posix_spawn_file_actions_adddup2(&actions, 0, 1);
  posix_spawn_file_actions_adddup2(&actions, 0, 2);
  const pid_t pid = Spawn(arguments, {}, actions, POSIX_SPAWN_SETSID);

  Ended ended;
  Watchdog watchdog(pid);
  for (const Exchange& exchange : exchanges) {
    ReadUntil(terminal, exchange.prompt, watchdog, ended.out);
    const std::string line = exchange.answer + "\n";
    Require(write(terminal, line.data(), line.size()) == static_cast<ssize_t>(line.size()),
            "write");
  }
  ReadUntil(terminal, "", watchdog, ended.out);
  close(terminal);
  ended.exit_code = WaitForEnd(pid);
  return ended;
}

}  // namespace credlink
