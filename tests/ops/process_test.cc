#include "server/ops/process.h"

#include <gmock/gmock.h>
#include <grpc/support/log.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>

extern char** environ;

namespace credlink {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ScrubEnvironmentTest, RemovesWhatWouldLeakOrRedirectSecrets) {
  const char* const dangerous[] = {
      "GRPC_TRACE",      "GRPC_VERBOSITY", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
      "GRPC_ANYTHING",   "SSLKEYLOGFILE",  "SSL_CERT_FILE",
      "SSL_CERT_DIR",    "OPENSSL_CONF",   "OPENSSL_MODULES",
      "OPENSSL_ENGINES", "CURL_CA_BUNDLE", "CURL_HOME",
      "NETRC",           "HTTP_PROXY",     "HTTPS_PROXY",
      "https_proxy",     "http_proxy",     "ALL_PROXY",
      "all_proxy",       "no_proxy",       "NO_PROXY",
      "grpc_proxy",      "Https_Proxy"};
  for (const char* name : dangerous) setenv(name, "x", 1);
  setenv("GRPC_EMPTY", "", 1);
  ScrubEnvironment();
  for (const char* name : dangerous) EXPECT_EQ(getenv(name), nullptr) << name;
  EXPECT_EQ(getenv("GRPC_EMPTY"), nullptr);
}

TEST(ScrubEnvironmentTest, LeavesTheRest) {
  const char* const harmless[] = {
      "PATH",    "HOME",        "TZ",   "LANG", "MY_GRPC_TRACE", "PROXY",
      "PROXY_X", "SSL_CERTAIN", "CURL", "grpc", "GLIBC_TUNABLES"};
  for (const char* name : harmless) setenv(name, "kept", 1);
  ScrubEnvironment();
  for (const char* name : harmless) EXPECT_STREQ(getenv(name), "kept") << name;
}

// Removing while going through the list must not skip a neighbour.
TEST(ScrubEnvironmentTest, RemovesManyInARow) {
  char** const before = environ;
  char entries[100][32];
  char* environment[103] = {};
  int count = 0;
  environment[count++] = const_cast<char*>("FIRST=1");
  for (int i = 0; i < 100; ++i) {
    snprintf(entries[i], sizeof(entries[i]), "GRPC_%d=%d", i, i);
    environment[count++] = entries[i];
  }
  environment[count++] = const_cast<char*>("LAST=1");
  environ = environment;
  ScrubEnvironment();
  std::string left;
  for (char** entry = environ; *entry != nullptr; ++entry) left += std::string(*entry) + " ";
  environ = before;
  EXPECT_EQ(left, "FIRST=1 LAST=1 ");
}

TEST(HardenProcessTest, LeavesNoCoreAndLetsNobodyTrace) {
  HardenProcess();
  rlimit core = {1, 1};
  ASSERT_EQ(getrlimit(RLIMIT_CORE, &core), 0);
  EXPECT_EQ(core.rlim_cur, 0u);
  EXPECT_EQ(core.rlim_max, 0u);
  EXPECT_EQ(prctl(PR_GET_DUMPABLE), 0);
  rlimit files = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  EXPECT_EQ(files.rlim_cur, files.rlim_max);
}

TEST(GrpcLogCaptureTest, TellsWhereAndNeverWhat) {
  const std::string path = ::testing::TempDir() + "/process_test.log";
  unlink(path.c_str());
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_DEBUG);
  Log log(LogLevel::kDebug, path);
  {
    GrpcLogCapture capture(log);
    gpr_log("source.cc", 7, GPR_LOG_SEVERITY_ERROR, "a peer's %s", "text");
    gpr_log("source.cc", 8, GPR_LOG_SEVERITY_INFO, "unimportant");
    for (int i = 0; i < 1000; ++i) gpr_log("flood.cc", 9, GPR_LOG_SEVERITY_ERROR, "again");
  }
  gpr_log("after.cc", 1, GPR_LOG_SEVERITY_ERROR, "nobody listens");
  std::ifstream file(path);
  const std::string content(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(content, HasSubstr("source.cc:7"));
  EXPECT_THAT(content, Not(HasSubstr("text")));
  EXPECT_THAT(content, Not(HasSubstr("source.cc:8")));
  EXPECT_THAT(content, Not(HasSubstr("after.cc")));
  // Ten a second; the flood may have come over the turn of one.
  EXPECT_LE(std::count(content.begin(), content.end(), '\n'), 100);
}

TEST(SignalsTest, AreWaitedFor) {
  BlockSignals();
  EXPECT_EQ(WaitForSignal(absl::ZeroDuration()), 0);
  RaiseStop();
  EXPECT_EQ(WaitForSignal(), SIGTERM);
  kill(getpid(), SIGINT);
  EXPECT_EQ(WaitForSignal(absl::Seconds(30)), SIGINT);
  EXPECT_EQ(WaitForSignal(absl::ZeroDuration()), 0);
  EXPECT_EQ(signal(SIGPIPE, SIG_IGN), SIG_IGN);
}

}  // namespace
}  // namespace credlink
