#include "tests/model/dying_server.h"

#include <signal.h>

#include <fstream>
#include <utility>

namespace credlink::model {

DyingServer::DyingServer(const std::string& folder, const simulator::Simulator& lastpass)
    : flags_(ServerFlags::In(folder, lastpass)) {
  const std::string path = folder + "/config.txtpb";
  std::ofstream(path) << "monitor { off: true }";
  flags_.more = {"--config", path};
}

absl::Status DyingServer::Start() {
  absl::StatusOr<std::unique_ptr<ServerProcess>> process = ServerProcess::Start(flags_);
  if (!process.ok()) return process.status();
  const std::lock_guard<std::mutex> lock(mutex_);
  process_ = *std::move(process);
  ++started_;
  changed_.notify_all();
  return absl::OkStatus();
}

void DyingServer::Kill() {
  process_->process().Signal(SIGKILL);
  (void)process_->process().WaitForExit(kPatience);
}

void DyingServer::End() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

ServerLine::Connection DyingServer::ConnectAfter(int server) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_for(lock, absl::ToChronoSeconds(kPatience),
                    [&] { return started_ > server || ended_; });
  if (started_ <= server) return {};
  return {started_, process_->NewStub()};
}

}  // namespace credlink::model
