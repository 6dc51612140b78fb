// A whole Credlink below its gRPC edge, over LastPass on this machine, in a time that tests drive.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "credlink/v1/event.pb.h"
#include "credlink/v1/link_service.pb.h"
#include "server/accounts/account_services.h"
#include "server/http/curl_client.h"
#include "server/providers/lastpass/lastpass_provider.h"
#include "server/secrets/file_key_provider.h"
#include "tests/plays/counting_provider.h"
#include "tests/rpc/fake_provider.h"
#include "tests/runtime/run_task.h"
#include "tests/simulator/simulator.h"
#include "tests/store/temp_directory.h"

namespace credlink {

enum class StoreKind { kMemory, kSqlite };

struct WorldOptions {
  StoreKind store = StoreKind::kMemory;
  // The simulator over HTTPS; or else a provider that does as it is told.
  bool real_lastpass = true;
  absl::Duration max_probe_time = absl::Seconds(10);
  AccountOptions accounts{};
};

// What goes wrong in a use case ends the test at once.
class World {
 public:
  explicit World(WorldOptions options = {});
  ~World();

  simulator::Simulator& lastpass() { return *simulator_; }
  FakeProvider& fake() { return fake_; }
  CountingProvider& provider() { return *provider_; }
  AccountStore& store() { return *store_; }
  AccountServices& services() { return *services_; }
  FakeClock& clock() { return clock_; }
  std::string LogText() const;

  // A new server over the same store.
  void Restart();

  // A company that LastPass knows by the hash HashOf(number), and one account of it for each owner.
  // Returns the accounts' names.
  std::vector<std::string> LinkCompany(const std::string& tenant, int number,
                                       const std::vector<std::string>& owners = {"owner"});
  // One each of the companies `from` to `to` - 1. By number modulo tenants they go to "tenant-0",
  // "tenant-1" and so on.
  std::vector<std::string> LinkCompanies(int from, int to, int tenants);
  static std::string Cid(int number);
  static std::string HashOf(int number, int reset = 0);
  void ResetHash(int number);  // to HashOf(number, 1)

  v1::RotateCredentialsResponse Rotate(const std::string& name, int number, int reset,
                                       bool all_of_company = false);
  v1::Account Get(const std::string& name);
  std::vector<v1::Account> List(const std::string& tenant);
  std::vector<v1::Event> Events(const std::string& tenant);

  // Runs the monitor once, at this moment.
  absl::Duration RunDue();
  // Lets time pass, with the monitor running as it does in the server; it sleeps for `step` at
  // least.
  void Pass(absl::Duration time, absl::Duration step = absl::Seconds(1));

  template <typename T>
  T Run(Task<T> task) {
    return RunTask(executor_, std::move(task));
  }

 private:
  void OpenStore();
  v1::LinkAccountRequest LinkRequest(const std::string& tenant, int number,
                                     const std::string& owner) const;

  const WorldOptions options_;
  TempDirectory folder_;
  Log log_;
  FakeClock clock_;
  Executor executor_;
  std::unique_ptr<simulator::Simulator> simulator_;
  std::unique_ptr<CurlClient> http_;
  std::unique_ptr<LastPassProvider> real_;
  FakeProvider fake_;
  std::unique_ptr<CountingProvider> provider_;
  std::unique_ptr<Providers> providers_;
  std::unique_ptr<FileKeyProvider> key_provider_;
  std::shared_ptr<AccountStore> store_;
  KeyStore* key_store_ = nullptr;  // the same
  std::unique_ptr<KeyRing> keys_;
  std::unique_ptr<AccountServices> services_;
};

}  // namespace credlink
