// LastPass's Enterprise API on this machine: a real HTTPS server that behaves as
// lastpass-enterprise-api.md says, and fails on demand.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "tests/simulator/certificate.h"
#include "tests/simulator/company.h"
#include "tests/simulator/fault.h"

namespace credlink::simulator {

struct Options {
  std::string listen = "127.0.0.1:0";  // port 0: a free one
  int threads = 1;
  std::string state_dir;  // ca.pem goes there; empty: a folder of its own, removed at the end
  CertificateKind certificate = CertificateKind::kGood;
};

struct Stats {
  uint64_t connections = 0;
  uint64_t requests = 0;  // begun
  uint64_t answered = 0;  // ended with an answer, faulty or not
  uint64_t refused = 0;   // of these, with "Authorization Error"
  uint64_t aborted = 0;   // the peer went away before its answer
  uint64_t in_flight = 0;
};

// Thread-safe.
class Simulator {
 public:
  static absl::StatusOr<std::unique_ptr<Simulator>> Start(const Options& options);
  // Closes every connection.
  ~Simulator();

  std::string url() const;      // "https://127.0.0.1:PORT"
  std::string ca_file() const;  // PEM

  void AddCompany(const Company& company);
  void RemoveCompany(const std::string& cid);
  void ResetHash(const std::string& cid, const std::string& new_hash);

  // For all requests, or for one company's; the company's own fault wins. nullopt clears.
  void SetFault(absl::optional<Fault> fault);
  void SetCompanyFault(const std::string& cid, absl::optional<Fault> fault);

  Stats stats() const;
  // Waits until `done` holds; false when it did not in time.
  bool WaitFor(absl::FunctionRef<bool(const Stats&)> done, absl::Duration timeout) const;

 private:
  class Impl;
  explicit Simulator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace credlink::simulator
