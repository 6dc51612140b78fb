// Whom CurlClient sends a body to, and whom it does not.
#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/http/curl_handle.h"
#include "tests/http/curl_fixture.h"

namespace credlink {
namespace {

using simulator::CertificateKind;
using ::testing::HasSubstr;

class CurlTrustTest : public CurlFixture {
 protected:
  // The simulator's URL with that name for this machine.
  std::string UrlWith(const std::string& host) const {
    const std::string url = simulator_->url();
    return absl::StrCat("https://", host, url.substr(url.rfind(':')));
  }

  HttpResult PostTo(CurlOptions options) {
    auto client = NewClient(std::move(options));
    AnswerSink sink;
    HttpResult result = Post(*client, Probe(), sink);
    EXPECT_EQ(sink.times_told, result.kind == HttpResult::kDone ? 1 : 0);
    return result;
  }
};

class BadCertificateTest : public CurlFixture,
                           public ::testing::WithParamInterface<CertificateKind> {
 protected:
  BadCertificateTest() : CurlFixture(GetParam()) {}
};

TEST_P(BadCertificateTest, IsRefusedBeforeTheBodyIsSent) {
  auto client = NewClient(Reach());
  for (int i = 0; i < 3; ++i) {
    const HttpResult result = Post(*client, Probe());
    EXPECT_EQ(result.kind, HttpResult::kUntrusted);
    EXPECT_EQ(result.status, 0);
  }
  EXPECT_EQ(simulator_->stats().connections, 3u);
  EXPECT_EQ(simulator_->stats().requests, 0u);
}

INSTANTIATE_TEST_SUITE_P(Kinds, BadCertificateTest,
                         ::testing::Values(CertificateKind::kExpired, CertificateKind::kWrongHost,
                                           CertificateKind::kSelfSigned));

TEST_F(CurlTrustTest, ACertificateOfAnotherAuthorityIsRefused) {
  auto other = simulator::Simulator::Start({});
  ASSERT_TRUE(other.ok());
  CurlOptions options = Reach();
  options.ca_file = (*other)->ca_file();
  EXPECT_EQ(PostTo(options).kind, HttpResult::kUntrusted);
  options.ca_file = "";  // the system's authorities
  EXPECT_EQ(PostTo(options).kind, HttpResult::kUntrusted);
  EXPECT_EQ(simulator_->stats().requests, 0u);
}

TEST_F(CurlTrustTest, ACaFileWithoutCertificatesTrustsNobody) {
  CurlOptions options = Reach();
  options.ca_file = ::testing::TempDir() + "/empty.pem";
  std::ofstream(options.ca_file) << "no certificate\n";
  EXPECT_NE(PostTo(options).kind, HttpResult::kDone);
  EXPECT_EQ(simulator_->stats().requests, 0u);
}

// libcurl resolves every name below localhost to the loopback addresses by itself.
TEST_F(CurlTrustTest, ANameThatLeadsToThisMachineIsRefused) {
  CurlOptions options = Reach();
  options.base_url = UrlWith("lastpass.localhost");
  EXPECT_EQ(PostTo(options).kind, HttpResult::kTransport);
  EXPECT_EQ(simulator_->stats().connections, 0u);

  options.allow_private_addresses = true;
  // It gets through now, to a certificate that does not fit the name.
  EXPECT_EQ(PostTo(options).kind, HttpResult::kUntrusted);
  EXPECT_EQ(simulator_->stats().connections, 1u);
  EXPECT_EQ(simulator_->stats().requests, 0u);
}

TEST_F(CurlTrustTest, AnAddressThatTheOperatorWroteIsAllowed) {
  CurlOptions options = Reach();
  for (const char* host : {"127.0.0.1", "localhost", "LOCALHOST"}) {
    options.base_url = UrlWith(host);
    EXPECT_EQ(PostTo(options).kind, HttpResult::kDone) << host;
  }
  EXPECT_EQ(simulator_->stats().requests, 3u);
}

size_t Ignore(char*, size_t size, size_t count, void*) { return size * count; }

TEST_F(CurlTrustTest, TheEnvironmentsProxyIsIgnored) {
  for (const char* name : {"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"}) {
    setenv(name, "http://127.0.0.1:1", 1);
  }
  EXPECT_EQ(PostTo(Reach()).kind, HttpResult::kDone);

  // A handle of libcurl's own making goes to the proxy, where nobody is.
  CURL* handle = curl_easy_init();
  curl_easy_setopt(handle, CURLOPT_URL, simulator_->url().c_str());
  curl_easy_setopt(handle, CURLOPT_CAINFO, simulator_->ca_file().c_str());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, Ignore);
  EXPECT_EQ(curl_easy_perform(handle), CURLE_COULDNT_CONNECT);
  curl_easy_cleanup(handle);
  for (const char* name : {"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"}) {
    unsetenv(name);
  }
}

TEST_F(CurlTrustTest, CreateRefusesWhatIsNoPlainHttpsOrigin) {
  for (const char* url :
       {"", "lastpass.com", "http://lastpass.com", "ftp://lastpass.com", "https://",
        "https://lastpass.com/", "https://lastpass.com/path", "https://user:pass@lastpass.com",
        "https://user@lastpass.com", "https://lastpass.com?query", "https://lastpass.com#part",
        "https://lastpass.com:70000", "https://lastpass.com:port", "https://last pass.com",
        " https://lastpass.com", "https://lastpass.com\n", "file:///etc/passwd",
        "https:///etc/passwd"}) {
    CurlOptions options = Reach();
    options.base_url = url;
    const auto client = CurlClient::Create(options);
    EXPECT_EQ(client.status().code(), absl::StatusCode::kInvalidArgument) << url;
    EXPECT_THAT(std::string(client.status().message()), HasSubstr("https://host[:port]")) << url;
  }
  for (const char* url : {"https://lastpass.com", "https://lastpass.com:8443", "https://[::1]:1",
                          "https://192.0.2.1"}) {
    CurlOptions options = Reach();
    options.base_url = url;
    EXPECT_TRUE(CurlClient::Create(options).ok()) << url;
  }
}

TEST_F(CurlTrustTest, CreateRefusesACaFileThatCannotBeRead) {
  CurlOptions options = Reach();
  options.ca_file = ::testing::TempDir() + "/missing.pem";
  const auto client = CurlClient::Create(options);
  EXPECT_EQ(client.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(client.status().message()), HasSubstr(options.ca_file));
}

TEST(KindOfTest, TellsDistrustFromTroubleWithTheNetwork) {
  EXPECT_EQ(KindOf(CURLE_OK), HttpResult::kDone);
  EXPECT_EQ(KindOf(CURLE_OPERATION_TIMEDOUT), HttpResult::kTimeout);
  for (CURLcode code : {CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR,
                        CURLE_SSL_CACERT_BADFILE, CURLE_SSL_INVALIDCERTSTATUS}) {
    EXPECT_EQ(KindOf(code), HttpResult::kUntrusted) << curl_easy_strerror(code);
  }
  for (CURLcode code : {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_GOT_NOTHING,
                        CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SSL_CONNECT_ERROR}) {
    EXPECT_EQ(KindOf(code), HttpResult::kTransport) << curl_easy_strerror(code);
  }
}

}  // namespace
}  // namespace credlink
