// What the tests of CurlClient share: a simulated LastPass, and clients of it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "server/http/curl_client.h"
#include "server/runtime/executor.h"
#include "tests/http/pending_post.h"
#include "tests/simulator/simulator.h"

namespace credlink {

class CurlFixture : public ::testing::Test {
 protected:
  // Generous: machines are busy. Tests that wait for a deadline set their own.
  static constexpr absl::Duration kLong = absl::Seconds(30);

  explicit CurlFixture(simulator::CertificateKind certificate = simulator::CertificateKind::kGood) {
    simulator::Options options;
    options.certificate = certificate;
    auto started = simulator::Simulator::Start(options);
    if (!started.ok()) std::abort();
    simulator_ = *std::move(started);
    simulator::Company company;
    company.cid = "1234567";
    company.hash = "not a secret";
    simulator_->AddCompany(company);
  }

  // How to reach the simulator.
  CurlOptions Reach() const {
    CurlOptions options;
    options.base_url = simulator_->url();
    options.ca_file = simulator_->ca_file();
    options.connect_timeout = kLong;
    return options;
  }

  static std::unique_ptr<CurlClient> NewClient(CurlOptions options) {
    auto client = CurlClient::Create(std::move(options));
    EXPECT_TRUE(client.ok()) << client.status();
    return client.ok() ? *std::move(client) : nullptr;
  }

  // The probe that Credlink sends.
  static HttpRequest Probe(absl::Duration time = kLong) {
    return {"/enterpriseapi.php", "application/json",
            Secret(R"({"cid":1234567,"provhash":"not a secret","cmd":"getuserdata",)"
                   R"("data":{"pagesize":1,"pageindex":0}})"),
            Deadline::In(time), 1 << 20};
  }

  HttpResult Post(CurlClient& client, HttpRequest request, AnswerSink& sink) {
    PendingPost post(executor_, client, std::move(request), sink);
    return post.Result();
  }
  HttpResult Post(CurlClient& client, HttpRequest request) {
    AnswerSink sink;
    return Post(client, std::move(request), sink);
  }

  void SetFault(simulator::Fault::Kind kind, int only_next = 0) {
    simulator::Fault fault;
    fault.kind = kind;
    fault.only_next = only_next;
    simulator_->SetFault(fault);
  }

  bool Eventually(absl::FunctionRef<bool(const simulator::Stats&)> done) const {
    return simulator_->WaitFor(done, kLong);
  }

  Executor executor_{2};
  std::unique_ptr<simulator::Simulator> simulator_;
};

}  // namespace credlink
