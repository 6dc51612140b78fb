// A LastPass that knows one company, and a server on it: what most whole-process tests begin with.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>

#include "tests/e2e/server_process.h"
#include "tests/store/temp_directory.h"

namespace credlink {

class LinkFixture : public testing::Test {
 protected:
  void SetUp() override {
    auto lastpass = simulator::Simulator::Start({});
    ASSERT_TRUE(lastpass.ok()) << lastpass.status();
    lastpass_ = *std::move(lastpass);
    lastpass_->AddCompany({.cid = "1234567", .hash = HashFor(1)});
  }

  // On the same data every time; `config` is a configuration file's text.
  void StartServer(const std::string& config = "") {
    ServerFlags flags = ServerFlags::In(folder_.path(), *lastpass_);
    const std::string path = folder_.File("config.txtpb");
    std::ofstream(path) << config;
    flags.more = {"--config", path};
    auto server = ServerProcess::Start(flags);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = server_->NewStub();
  }

  // A right pair, with an owner of its own for each number.
  static v1::LinkAccountRequest RequestOf(uint64_t number) {
    return RequestFor(number, "1234567", HashFor(1));
  }

  void AnswerAfter(absl::Duration latency) {
    simulator::Fault slow;
    slow.latency = latency;
    lastpass_->SetFault(slow);
  }

  void Hang() {
    simulator::Fault hang;
    hang.kind = simulator::Fault::kHang;
    lastpass_->SetFault(hang);
  }

  // Until so many have reached LastPass.
  void WaitForRequests(uint64_t count) {
    ASSERT_TRUE(lastpass_->WaitFor(
        [count](const simulator::Stats& stats) { return stats.requests >= count; }, kPatience));
  }

  TempDirectory folder_;
  std::unique_ptr<simulator::Simulator> lastpass_;
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<v1::LinkService::Stub> stub_;
};

}  // namespace credlink
