#include "client/cli/interrupt.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <utility>

namespace credlink::cli {
namespace {

// SIGUSR1, of this process's own, tells the thread that nobody needs it any more.
sigset_t Signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal_number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaddset(&set, signal_number);
  return set;
}

void WaitForSignals(const std::function<void()>& stop) {
  const sigset_t set = Signals();
  bool stopping = false;
  while (true) {
    int signal_number = 0;
    if (sigwait(&set, &signal_number) != 0) continue;
    if (signal_number == SIGUSR1) return;
    if (stopping) _exit(128 + signal_number);
    stopping = true;
    stop();
  }
}

}  // namespace

Interrupt::Interrupt(std::function<void()> stop) {
  signal(SIGPIPE, SIG_IGN);
  const sigset_t set = Signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([stop = std::move(stop)] { WaitForSignals(stop); });
}

Interrupt::~Interrupt() {
  pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
}

}  // namespace credlink::cli
