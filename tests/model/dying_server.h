// credlinkd on one data folder, killed and started again.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "tests/e2e/server_process.h"
#include "tests/model/client.h"

namespace credlink::model {

// Start() and Kill() belong to the main thread: the child goes with the thread that started it.
class DyingServer final : public ServerLine {
 public:
  // Data below `folder`; LastPass is the simulator. Checks nothing by itself.
  DyingServer(const std::string& folder, const simulator::Simulator& lastpass);

  absl::Status Start();
  // kill -9; returns when the process is gone.
  void Kill();
  // There will be no other server.
  void End();

  Connection ConnectAfter(int server) override;
  ServerProcess& process() { return *process_; }
  int started() const { return started_; }

 private:
  ServerFlags flags_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<ServerProcess> process_;
  int started_ = 0;
  bool ended_ = false;
};

}  // namespace credlink::model
