// credlinkd itself, as people run it: a process of its own, spoken to over gRPC.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "credlink/v1/link_service.grpc.pb.h"
#include "tests/process/child_process.h"
#include "tests/simulator/simulator.h"

namespace credlink {

// How long any step of a test may take before it counts as failed.
constexpr absl::Duration kPatience = absl::Seconds(60);

struct ServerFlags {
  std::string data_dir;
  std::string log_file;  // standard error; standard output goes to the same with ".out"
  std::string listen = "127.0.0.1:0";
  std::string lastpass_url;
  std::string lastpass_ca_file;
  std::vector<std::string> more;  // further flags
  std::vector<std::string> environment;

  // Data and log below `folder`, LastPass played by the simulator.
  static ServerFlags In(const std::string& folder, const simulator::Simulator& lastpass);
};

// Starts the process and does not wait.
absl::StatusOr<std::unique_ptr<ChildProcess>> Launch(const ServerFlags& flags);

class ServerProcess {
 public:
  // Waits until it serves.
  static absl::StatusOr<std::unique_ptr<ServerProcess>> Start(const ServerFlags& flags);

  ChildProcess& process() { return *process_; }
  // host:port, or the Unix socket.
  const std::string& address() const { return address_; }
  // A plaintext connection of its own.
  std::shared_ptr<grpc::Channel> NewChannel() const;
  std::unique_ptr<v1::LinkService::Stub> NewStub() const;

 private:
  ServerProcess(std::unique_ptr<ChildProcess> process, std::string address)
      : process_(std::move(process)), address_(std::move(address)) {}

  const std::unique_ptr<ChildProcess> process_;
  const std::string address_;
};

// A value of /proc/PID/status in KiB, such as "VmHWM"; 0 when there is none.
int64_t MemoryKiB(pid_t pid, const std::string& field);

// A hash as LastPass makes them: 64 hexadecimal digits, another one for each number.
std::string HashFor(uint64_t number);

// A request of tenant "acme", with an owner of its own for each number.
v1::LinkAccountRequest RequestFor(uint64_t number, const std::string& cid, const std::string& hash);

// Every account of tenant "acme", over as many pages as it takes.
absl::StatusOr<std::vector<v1::Account>> ListAll(v1::LinkService::Stub& stub);

}  // namespace credlink
