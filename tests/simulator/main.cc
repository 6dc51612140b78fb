// lastpass_simulator: LastPass's Enterprise API on this machine, for trying Credlink out.

#include <openssl/rand.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/simulator/simulator.h"

namespace credlink::simulator {
namespace {

constexpr char kAbout[] =
    "A LastPass Business API on this machine: HTTPS with a throw-away certificate, made-up "
    "companies,\n"
    "and faults on demand. Nothing in it is real, and it talks to nobody.";

constexpr char kFooter[] = R"(
Examples:
  lastpass_simulator --demo --state_dir /tmp/sim
      One company, number 1234567; its hash is in /tmp/sim/demo.hash, the CA in /tmp/sim/ca.pem.
  lastpass_simulator --company 7654321:hash.txt:50000
      A company of 50,000 users whose hash is in hash.txt.
  curl --cacert /tmp/sim/ca.pem https://127.0.0.1:8443/_simulator/fault -d '{"kind":"hang"}'
      From now on, no answer. DELETE the same address to end it.

tests/simulator/README.md lists the faults and the other requests that drive a running simulator.)";

int Fail(absl::string_view why) {
  std::cerr << "lastpass_simulator: " << why << "\n";
  return 1;
}

bool WriteFile(const std::string& path, const std::string& content, mode_t mode) {
  const std::string partial = path + ".new";
  {
    std::ofstream file(partial);
    chmod(partial.c_str(), mode);
    file << content;
    file.close();
    if (!file) return false;
  }
  return std::rename(partial.c_str(), path.c_str()) == 0;
}

// CID:HASH_FILE[:USERS]
absl::StatusOr<Company> ParseCompany(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  Company company;
  if (parts.size() < 2 || parts.size() > 3 ||
      (parts.size() == 3 && !absl::SimpleAtoi(parts[2], &company.users))) {
    return absl::InvalidArgumentError("--company must be CID:HASH_FILE[:USERS]");
  }
  company.cid = parts[0];
  std::ifstream file(parts[1]);
  std::stringstream content;
  content << file.rdbuf();
  company.hash = std::string(absl::StripAsciiWhitespace(content.str()));
  if (company.hash.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("no hash can be read from ", parts[1]));
  }
  return company;
}

absl::StatusOr<Company> MakeDemoCompany(const std::string& state_dir) {
  unsigned char random[32];
  if (RAND_bytes(random, sizeof(random)) != 1) return absl::InternalError("no random numbers");
  Company company;
  company.cid = "1234567";
  company.hash = absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(random), sizeof(random)));
  company.users = 25;
  if (!WriteFile(state_dir + "/demo.hash", company.hash + "\n", 0600)) {
    return absl::UnavailableError("cannot write demo.hash into " + state_dir);
  }
  return company;
}

int Run(int argc, char** argv) {
  CLI::App app(kAbout, "lastpass_simulator");
  app.footer(kFooter);
  Options options;
  options.listen = "127.0.0.1:8443";
  std::vector<std::string> companies;
  bool demo = false;
  std::string ready_file;
  app.add_option("--listen", options.listen, "A loopback address and a port; 0 takes a free one")
      ->capture_default_str();
  app.add_option("--state_dir", options.state_dir,
                 "Where ca.pem and demo.hash go [a folder that is removed at the end]");
  app.add_option("--company", companies, "CID:HASH_FILE[:USERS], as often as you like");
  app.add_flag("--demo", demo, "Add company 1234567 with a random hash, in STATE_DIR/demo.hash");
  app.add_option("--ready_file", ready_file, "Written with the URL once it is served");
  app.add_option("--threads", options.threads, "Threads that serve")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (demo && options.state_dir.empty()) return Fail("--demo needs --state_dir");

  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  signal(SIGPIPE, SIG_IGN);

  absl::StatusOr<std::unique_ptr<Simulator>> simulator = Simulator::Start(options);
  if (!simulator.ok()) return Fail(simulator.status().message());
  for (const std::string& text : companies) {
    absl::StatusOr<Company> company = ParseCompany(text);
    if (!company.ok()) return Fail(company.status().message());
    (*simulator)->AddCompany(*company);
  }
  if (demo) {
    absl::StatusOr<Company> company = MakeDemoCompany(options.state_dir);
    if (!company.ok()) return Fail(company.status().message());
    (*simulator)->AddCompany(*company);
  }
  std::cout << "LastPass simulator on " << (*simulator)->url() << ", signed by "
            << (*simulator)->ca_file() << std::endl;
  if (!ready_file.empty() && !WriteFile(ready_file, (*simulator)->url() + "\n", 0644)) {
    return Fail("cannot write " + ready_file);
  }
  int signal_number = 0;
  sigwait(&stop, &signal_number);
  return 0;
}

}  // namespace
}  // namespace credlink::simulator

int main(int argc, char** argv) { return credlink::simulator::Run(argc, argv); }
