#include "tests/e2e/server_process.h"

#include <grpcpp/create_channel.h>

#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace credlink {
namespace {

// The port that the line about serving names.
std::string PortIn(absl::string_view line) {
  constexpr absl::string_view kKey = "\"port\":\"";
  const size_t start = line.find(kKey);
  if (start == absl::string_view::npos) return "";
  const absl::string_view rest = line.substr(start + kKey.size());
  return std::string(rest.substr(0, rest.find('"')));
}

}  // namespace

ServerFlags ServerFlags::In(const std::string& folder, const simulator::Simulator& lastpass) {
  ServerFlags flags;
  flags.data_dir = folder + "/data";
  flags.log_file = folder + "/log";
  flags.lastpass_url = lastpass.url();
  flags.lastpass_ca_file = lastpass.ca_file();
  return flags;
}

absl::StatusOr<std::unique_ptr<ChildProcess>> Launch(const ServerFlags& flags) {
  Command command;
  command.argv = {"server/credlinkd", "--listen", flags.listen, "--data_dir", flags.data_dir};
  if (!flags.lastpass_url.empty()) {
    command.argv.insert(command.argv.end(), {"--lastpass_url", flags.lastpass_url,
                                             "--lastpass_ca_file", flags.lastpass_ca_file});
  }
  command.argv.insert(command.argv.end(), flags.more.begin(), flags.more.end());
  command.stderr_file = flags.log_file;
  command.stdout_file = flags.log_file + ".out";
  command.environment = flags.environment;
  return ChildProcess::Start(command);
}

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Start(const ServerFlags& flags) {
  absl::StatusOr<std::unique_ptr<ChildProcess>> process = Launch(flags);
  if (!process.ok()) return process.status();
  absl::StatusOr<std::string> line = (*process)->WaitForLine("\"event\":\"serving\"", kPatience);
  if (!line.ok()) return line.status();
  const bool is_socket = absl::StartsWith(flags.listen, "unix:");
  std::string address = is_socket ? flags.listen : absl::StrCat("127.0.0.1:", PortIn(*line));
  return std::unique_ptr<ServerProcess>(new ServerProcess(*std::move(process), std::move(address)));
}

std::shared_ptr<grpc::Channel> ServerProcess::NewChannel() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), arguments);
}

std::unique_ptr<v1::LinkService::Stub> ServerProcess::NewStub() const {
  return v1::LinkService::NewStub(NewChannel());
}

int64_t MemoryKiB(pid_t pid, const std::string& field) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  std::string name;
  int64_t value = 0;
  for (std::string line; std::getline(status, line);) {
    if (!absl::StartsWith(line, field + ":")) continue;
    const size_t digit = line.find_first_of("0123456789");
    if (absl::SimpleAtoi(line.substr(digit, line.find(' ', digit) - digit), &value)) return value;
  }
  return 0;
}

std::string HashFor(uint64_t number) {
  std::string hash;
  for (int i = 0; i < 4; ++i) {
    number = number * 6364136223846793005u + 1442695040888963407u;  // Knuth's generator
    hash += absl::StrFormat("%016x", number ^ (number >> 29));
  }
  return hash;
}

v1::LinkAccountRequest RequestFor(uint64_t number, const std::string& cid,
                                  const std::string& hash) {
  v1::LinkAccountRequest request;
  request.set_parent("tenants/acme");
  request.mutable_owner()->set_id(absl::StrCat("owner-", number));
  request.mutable_credentials()->mutable_lastpass()->set_account_number(cid);
  request.mutable_credentials()->mutable_lastpass()->set_provisioning_hash(hash);
  request.set_request_id(absl::StrCat("request-", number));
  return request;
}

absl::StatusOr<std::vector<v1::Account>> ListAll(v1::LinkService::Stub& stub) {
  std::vector<v1::Account> all;
  v1::ListAccountsRequest request;
  request.set_parent("tenants/acme");
  request.set_page_size(1000);
  do {
    grpc::ClientContext context;
    v1::ListAccountsResponse page;
    const grpc::Status status = stub.ListAccounts(&context, request, &page);
    if (!status.ok()) return absl::UnavailableError(status.error_message());
    all.insert(all.end(), page.accounts().begin(), page.accounts().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

}  // namespace credlink
