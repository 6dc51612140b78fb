// The processes that are measured, each on a free port of 127.0.0.1.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/process/child_process.h"

namespace credlink::bench {

struct Programs {
  std::string credlinkd;
  std::string simulator;
  std::string bench_server;
  std::string fill_store;
  std::string credlink;
};

struct GrpcServer {
  std::unique_ptr<ChildProcess> process;
  int port = 0;
};

struct SimulatorServer {
  std::unique_ptr<ChildProcess> process;
  std::string url;
  std::string ca_file;
  std::string account_number;
  std::string hash;
};

// `folder` takes logs and whatever else a process writes; each process has its own files there.
absl::StatusOr<SimulatorServer> StartSimulator(const Programs& programs, const std::string& folder);
absl::StatusOr<GrpcServer> StartCredlinkd(const Programs& programs, const std::string& folder,
                                          const std::string& data_dir,
                                          const SimulatorServer& simulator);
// The same over a folder that fill_store made, whose credentials are not checked: without LastPass.
absl::StatusOr<GrpcServer> StartOverFilled(const Programs& programs, const std::string& folder,
                                           const std::string& data_dir);
// `mode` and what may follow it, as bench_server takes them.
absl::StatusOr<GrpcServer> StartBenchServer(const Programs& programs, const std::string& folder,
                                            const std::string& mode,
                                            const std::string& answer_file = "");

}  // namespace credlink::bench
