#include "tests/plays/world.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/accounts/names.h"
#include "server/store/memory_store.h"
#include "server/store/sqlite/sqlite_store.h"

namespace credlink {
namespace {

// With links that come one after the other, every play's first checks are spread in the same way in
// every run.
constexpr uint32_t kSeed = 1;

template <typename T>
T Must(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::cerr << value.status() << std::endl;
    abort();
  }
  return *std::move(value);
}

Caller Tester() {
  Caller caller;
  caller.identity = "local";
  return caller;
}

Deadline AMinute() { return Deadline::In(absl::Minutes(1)); }

void SetCredentials(v1::Credentials& credentials, int number, const std::string& hash) {
  credentials.mutable_lastpass()->set_account_number(World::Cid(number));
  credentials.mutable_lastpass()->set_provisioning_hash(hash);
}

}  // namespace

World::World(WorldOptions options)
    : options_(std::move(options)),
      log_(LogLevel::kInfo, folder_.File("log")),
      clock_(absl::FromUnixSeconds(1'700'000'000)),
      executor_(2) {
  Provider* lastpass = &fake_;
  if (options_.real_lastpass) {
    simulator_ = Must(simulator::Simulator::Start({}));
    CurlOptions curl;
    curl.base_url = simulator_->url();
    curl.ca_file = simulator_->ca_file();
    curl.max_transfers = 32;
    http_ = Must(CurlClient::Create(curl));
    LastPassProvider::Options probe;
    probe.max_probe_time = options_.max_probe_time;
    real_ = std::make_unique<LastPassProvider>(*http_, clock_, probe);
    lastpass = real_.get();
  }
  provider_ = std::make_unique<CountingProvider>(*lastpass, clock_);
  providers_ = std::make_unique<Providers>(std::vector<Provider*>{provider_.get()});
  if (!FileKeyProvider::Create(folder_.File("key")).ok()) abort();
  key_provider_ = Must(FileKeyProvider::Load(folder_.File("key")));
  OpenStore();
  Restart();
}

World::~World() {
  if (services_) services_->feed.Close();
}

void World::OpenStore() {
  if (options_.store == StoreKind::kMemory) {
    auto store = std::make_shared<MemoryStore>();
    key_store_ = store.get();
    store_ = std::move(store);
    return;
  }
  SqliteOptions sqlite;
  sqlite.path = folder_.File("credlink.db");
  std::shared_ptr<SqliteStore> store = Must(SqliteStore::Open(std::move(sqlite)));
  key_store_ = store.get();
  store_ = std::move(store);
}

void World::Restart() {
  const bool reopen = services_ != nullptr && options_.store == StoreKind::kSqlite;
  if (services_) services_->feed.Close();
  services_.reset();
  keys_.reset();
  if (reopen) {
    store_.reset();
    OpenStore();
  }
  keys_ = Must(Run(KeyRing::Open(*key_provider_, *key_store_)));
  AccountOptions accounts = options_.accounts;
  accounts.schedule.seed = kSeed;
  services_ = std::make_unique<AccountServices>(
      AccountFoundations{*providers_, *store_, *keys_, executor_, clock_, log_}, accounts);
  if (!Run(services_->notices.Recall()).ok()) abort();
}

std::string World::LogText() const {
  std::ifstream file(folder_.File("log"));
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string World::Cid(int number) { return absl::StrCat(1'000'000 + number); }

std::string World::HashOf(int number, int reset) {
  return absl::StrFormat("%016x%016x", 0x5eed0000 + number, reset);
}

void World::ResetHash(int number) { simulator_->ResetHash(Cid(number), HashOf(number, 1)); }

v1::LinkAccountRequest World::LinkRequest(const std::string& tenant, int number,
                                          const std::string& owner) const {
  v1::LinkAccountRequest request;
  request.set_parent(absl::StrCat("tenants/", tenant));
  request.set_account_id(absl::StrCat(Cid(number), "-", owner));
  request.mutable_owner()->set_id(owner);
  SetCredentials(*request.mutable_credentials(), number, HashOf(number));
  return request;
}

std::vector<std::string> World::LinkCompany(const std::string& tenant, int number,
                                            const std::vector<std::string>& owners) {
  if (simulator_) simulator_->AddCompany({Cid(number), HashOf(number)});
  std::vector<std::string> names;
  for (const std::string& owner : owners) {
    v1::LinkAccountRequest request = LinkRequest(tenant, number, owner);
    names.push_back(
        Must(Run(services_->linker.Link(Tester(), request, AMinute()))).account().name());
  }
  return names;
}

std::vector<std::string> World::LinkCompanies(int from, int to, int tenants) {
  std::vector<std::string> names;
  for (int number = from; number < to; ++number) {
    names.push_back(LinkCompany(absl::StrCat("tenant-", number % tenants), number)[0]);
  }
  return names;
}

v1::RotateCredentialsResponse World::Rotate(const std::string& name, int number, int reset,
                                            bool all_of_company) {
  v1::RotateCredentialsRequest request;
  request.set_name(name);
  SetCredentials(*request.mutable_credentials(), number, HashOf(number, reset));
  request.set_apply_to_same_account_number(all_of_company);
  return Must(Run(services_->rotator.Rotate(Tester(), request, AMinute())));
}

v1::Account World::Get(const std::string& name) {
  v1::GetAccountRequest request;
  request.set_name(name);
  return Must(Run(services_->reader.Get(std::move(request))));
}

std::vector<v1::Account> World::List(const std::string& tenant) {
  v1::ListAccountsRequest request;
  request.set_parent(absl::StrCat("tenants/", tenant));
  request.set_page_size(1000);
  std::vector<v1::Account> accounts;
  do {
    const AccountList page = Must(Run(services_->reader.List(request)));
    for (const std::string& bytes : page.accounts) {
      accounts.emplace_back();
      if (!accounts.back().ParseFromString(bytes)) abort();
    }
    request.set_page_token(page.next_page_token);
  } while (!request.page_token().empty());
  return accounts;
}

std::vector<v1::Event> World::Events(const std::string& tenant) {
  std::vector<v1::Event> events;
  while (true) {
    const auto after = static_cast<int64_t>(events.size());
    const EventPage page = Must(Run(store_->ListEvents(tenant, after, 1000, 1 << 20)));
    if (page.events.empty()) return events;
    for (const std::string& bytes : page.events) {
      events.emplace_back();
      if (!events.back().ParseFromString(bytes)) abort();
    }
  }
}

absl::Duration World::RunDue() { return Run(services_->monitor.RunDue()); }

void World::Pass(absl::Duration time, absl::Duration step) {
  const absl::Time until = clock_.Now() + time;
  while (true) {
    const absl::Duration wait = std::max(RunDue(), step);
    if (clock_.Now() >= until) return;
    clock_.Advance(std::min(wait, until - clock_.Now()));
  }
}

}  // namespace credlink
