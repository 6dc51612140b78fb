// bench_server: the servers that credlinkd is compared with. The gRPC server around the handlers is
// credlinkd's own, limits and all, so that only what the handlers do differs.
//
//   bench_server bare              GetAccount answers an empty message at once
//   bench_server bridge            the same through Call::Start
//   bench_server list-baseline F   ListAccounts answers the bytes of file F at once

#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "credlink/v1/link_service.grpc.pb.h"
#include "server/ops/log.h"
#include "server/ops/process.h"
#include "server/rpc/call.h"
#include "server/rpc/server.h"

namespace credlink::bench {
namespace {

class BareService final
    : public v1::LinkService::WithCallbackMethod_GetAccount<v1::LinkService::Service> {
 public:
  grpc::ServerUnaryReactor* GetAccount(grpc::CallbackServerContext* context,
                                       const v1::GetAccountRequest*,
                                       v1::GetAccountResponse*) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

Task<absl::Status> AnswerAtOnce() { co_return absl::OkStatus(); }

class BridgeService final
    : public v1::LinkService::WithCallbackMethod_GetAccount<v1::LinkService::Service> {
 public:
  explicit BridgeService(CallEnvironment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* GetAccount(grpc::CallbackServerContext* context,
                                       const v1::GetAccountRequest*,
                                       v1::GetAccountResponse*) override {
    return Call::Start(environment_, context, "GetAccount",
                       [](CallInfo) { return AnswerAtOnce(); });
  }

 private:
  CallEnvironment& environment_;
};

class FixedListService final
    : public v1::LinkService::WithRawCallbackMethod_ListAccounts<v1::LinkService::Service> {
 public:
  explicit FixedListService(const std::string& answer) {
    const grpc::Slice slice(answer);
    answer_ = grpc::ByteBuffer(&slice, 1);
  }

  grpc::ServerUnaryReactor* ListAccounts(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer*,
                                         grpc::ByteBuffer* response) override {
    *response = answer_;  // shares the bytes
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  grpc::ByteBuffer answer_;
};

std::string ReadFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

int Run(int argc, char** argv) {
  const absl::string_view mode = argc > 1 ? argv[1] : "";
  BlockSignals();
  Log log(LogLevel::kInfo);
  // As credlinkd has it.
  Executor executor(std::max(2u, std::thread::hardware_concurrency()));
  Admission admission(2048);
  CallEnvironment environment{executor, admission, log, absl::Seconds(30)};

  std::unique_ptr<grpc::Service> service;
  if (mode == "bare") {
    service = std::make_unique<BareService>();
  } else if (mode == "bridge") {
    service = std::make_unique<BridgeService>(environment);
  } else if (mode == "list-baseline" && argc == 3) {
    service = std::make_unique<FixedListService>(ReadFile(argv[2]));
  } else {
    std::cerr << "usage: bench_server bare|bridge|list-baseline FILE\n";
    return 2;
  }
  ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.credentials = grpc::InsecureServerCredentials();
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(options, {service.get()});
  if (!server.ok()) {
    log.Error("cannot serve", {{"why", server.status().message()}});
    return 1;
  }
  log.Info("serving", {{"port", absl::StrCat((*server)->port())}});
  WaitForSignal();
  return 0;
}

}  // namespace
}  // namespace credlink::bench

int main(int argc, char** argv) { return credlink::bench::Run(argc, argv); }
