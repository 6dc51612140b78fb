#include "tests/bench/servers.h"

#include <sys/stat.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace credlink::bench {
namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(20);

absl::StatusOr<std::string> FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return absl::InternalError(absl::StrCat("cannot read ", path));
  return line;
}

// Both kinds of gRPC servers say so in a line of JSON: {"event":"serving",...,"port":"50051"}.
absl::StatusOr<int> WaitForPort(ChildProcess& process) {
  const absl::StatusOr<std::string> line =
      process.WaitForLine("\"event\":\"serving\"", kStartTimeout);
  if (!line.ok()) return line.status();
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(*line, error);
  const boost::json::object* object = error ? nullptr : parsed.if_object();
  const boost::json::value* port = object == nullptr ? nullptr : object->if_contains("port");
  int number = 0;
  if (port == nullptr || !port->is_string() ||
      !absl::SimpleAtoi(std::string(port->get_string()), &number)) {
    return absl::InternalError(absl::StrCat("no port in: ", *line));
  }
  return number;
}

absl::StatusOr<GrpcServer> StartServer(Command command) {
  absl::StatusOr<std::unique_ptr<ChildProcess>> process = ChildProcess::Start(command);
  if (!process.ok()) return process.status();
  const absl::StatusOr<int> port = WaitForPort(**process);
  if (!port.ok()) return port.status();
  return GrpcServer{*std::move(process), *port};
}

}  // namespace

absl::StatusOr<SimulatorServer> StartSimulator(const Programs& programs,
                                               const std::string& folder) {
  const std::string state_dir = folder + "/simulator";
  const std::string ready_file = state_dir + "/ready";
  mkdir(state_dir.c_str(), 0700);
  Command command;
  command.argv = {programs.simulator, "--listen", "127.0.0.1:0",  "--demo",
                  "--state_dir",      state_dir,  "--ready_file", ready_file};
  command.stderr_file = folder + "/simulator.log";
  absl::StatusOr<std::unique_ptr<ChildProcess>> process = ChildProcess::Start(command);
  if (!process.ok()) return process.status();
  const absl::Status ready = (*process)->WaitUntil(
      [&] {
        struct stat info;
        return stat(ready_file.c_str(), &info) == 0;
      },
      kStartTimeout);
  if (!ready.ok()) return ready;
  const absl::StatusOr<std::string> url = FirstLine(ready_file);
  if (!url.ok()) return url.status();
  const absl::StatusOr<std::string> hash = FirstLine(state_dir + "/demo.hash");
  if (!hash.ok()) return hash.status();
  return SimulatorServer{*std::move(process), *url, state_dir + "/ca.pem", "1234567", *hash};
}

absl::StatusOr<GrpcServer> StartCredlinkd(const Programs& programs, const std::string& folder,
                                          const std::string& data_dir,
                                          const SimulatorServer& simulator) {
  Command command;
  command.argv = {programs.credlinkd, "--listen",       "127.0.0.1:0", "--data_dir",
                  data_dir,           "--lastpass_url", simulator.url, "--lastpass_ca_file",
                  simulator.ca_file};
  command.stderr_file = folder + "/credlinkd.log";
  return StartServer(std::move(command));
}

absl::StatusOr<GrpcServer> StartOverFilled(const Programs& programs, const std::string& folder,
                                           const std::string& data_dir) {
  const std::string config = folder + "/credlinkd.txtpb";
  std::ofstream(config) << "listen: \"127.0.0.1:0\"\nmonitor { off: true }\n";
  Command command;
  command.argv = {programs.credlinkd, "--config", config, "--data_dir", data_dir};
  command.stderr_file = folder + "/credlinkd.log";
  return StartServer(std::move(command));
}

absl::StatusOr<GrpcServer> StartBenchServer(const Programs& programs, const std::string& folder,
                                            const std::string& mode,
                                            const std::string& answer_file) {
  Command command;
  command.argv = {programs.bench_server, mode};
  if (!answer_file.empty()) command.argv.push_back(answer_file);
  command.stderr_file = absl::StrCat(folder, "/", mode, ".log");
  return StartServer(std::move(command));
}

}  // namespace credlink::bench
