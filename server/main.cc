// credlinkd: builds every part in order, serves until a signal, and drains.

#include <cstdlib>
#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "server/accounts/account_services.h"
#include "server/config/flags.h"
#include "server/config/settings.h"
#include "server/http/curl_client.h"
#include "server/ops/log.h"
#include "server/ops/process.h"
#include "server/ops/version.h"
#include "server/providers/lastpass/lastpass_provider.h"
#include "server/rpc/connector_service.h"
#include "server/rpc/link_service.h"
#include "server/runtime/background_loop.h"
#include "server/startup.h"
#include "server/store/sqlite/sqlite_store.h"

namespace credlink {
namespace {

constexpr size_t kLockedMemory = 4 << 20;  // thousands of secrets; below the usual limit of 8 MiB
constexpr int kExitFailed = 1;
constexpr int kExitConfig = 2;

int Fail(Log& log, absl::string_view what, const absl::Status& status) {
  log.Error(what, {{"why", status.message()}});
  return kExitFailed;
}

CurlOptions UpstreamOptions(const Settings& settings) {
  CurlOptions options;
  options.base_url = settings.lastpass_url;
  options.ca_file = settings.lastpass_ca_file;
  options.user_agent = absl::StrCat("credlink/", kVersion);
  options.max_transfers = settings.lastpass_max_concurrent;
  options.allow_private_addresses = settings.lastpass_allow_private_addresses;
  return options;
}

AccountOptions OptionsFor(const Settings& settings) {
  AccountOptions options;
  options.lifecycle.keep_deleted = settings.keep_deleted;
  options.rotator.keep_versions = settings.keep_versions;
  options.schedule.interval = settings.monitor_interval;
  options.monitor.max_concurrent = settings.monitor_max_concurrent;
  options.monitor.max_per_second = settings.monitor_max_per_second;
  options.monitor.check_timeout = 3 * settings.lastpass_timeout;
  options.janitor.keep_events = settings.keep_events;
  options.feed.max_watchers = (settings.max_watchers + 3) / 4;
  return options;
}

int Serve(const Settings& settings) {
  Log log(settings.log_level);
  GrpcLogCapture grpc_log(log);
  if (!EnableLockedMemory(kLockedMemory)) {
    log.Warning(
        "secrets cannot be locked in memory: they may be swapped to disk. Raise the limit on "
        "locked memory (ulimit -l) to 8 MiB");
  }
  const int threads = std::max(2, static_cast<int>(std::thread::hardware_concurrency()));
  std::atomic<bool> store_failed{false};

  absl::Status prepared = PrepareDataDir(settings.data_dir);
  if (!prepared.ok()) return Fail(log, "cannot use the data folder", prepared);
  SqliteOptions store_options;
  store_options.path = absl::StrCat(settings.data_dir, "/credlink.db");
  store_options.on_failure = [&](absl::Status why) {
    log.Error("the store failed; stopping", {{"why", why.message()}});
    store_failed = true;
    RaiseStop();
  };
  store_options.on_trouble = [&](absl::Status why) {
    log.Warning("the store has trouble", {{"why", why.message()}});
  };
  absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(std::move(store_options));
  if (!store.ok()) return Fail(log, "cannot open the store", store.status());

  absl::StatusOr<std::unique_ptr<CurlClient>> http = CurlClient::Create(UpstreamOptions(settings));
  if (!http.ok()) return Fail(log, "cannot reach LastPass with these settings", http.status());

  // Below this line, what runs calls refers to what was built above it.
  Executor executor(threads);
  absl::StatusOr<std::unique_ptr<FileKeyProvider>> key_provider =
      LoadKeys(settings, **store, executor, log);
  if (!key_provider.ok()) return Fail(log, "cannot use the key file", key_provider.status());
  absl::StatusOr<std::unique_ptr<KeyRing>> keys = OpenKeyRing(**key_provider, **store, executor);
  if (!keys.ok()) return Fail(log, "the key does not fit the store", keys.status());

  const SystemClock clock;
  LastPassProvider lastpass(**http, clock, {.max_probe_time = settings.lastpass_timeout});
  const Providers providers({&lastpass});
  BackgroundLoop monitor_loop("monitor", executor, log);
  BackgroundLoop janitor_loop("janitor", executor, log);
  AccountOptions account_options = OptionsFor(settings);
  account_options.on_check_due = [&monitor_loop] { monitor_loop.Ring(); };
  AccountServices accounts({providers, **store, **keys, executor, clock, log}, account_options);

  absl::Status recalled = RecallOutage(accounts.notices, executor);
  if (!recalled.ok()) return Fail(log, "cannot read the store", recalled);

  Admission admission(settings.max_calls_in_flight);
  Admission watch_admission(settings.max_watchers);
  CallEnvironment calls{executor, admission, log, settings.max_call};
  StreamEnvironment streams{executor, watch_admission, log, settings.watch_read_timeout};
  LinkService link_service(calls, streams, accounts);
  ConnectorService connector_service(calls, providers);
  absl::StatusOr<ServerOptions> server_options = MakeServerOptions(settings);
  if (!server_options.ok()) return Fail(log, "cannot set up TLS", server_options.status());
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(*server_options, {&link_service, &connector_service});
  if (!server.ok()) return Fail(log, "cannot serve", server.status());
  if (!settings.monitor_off) {
    monitor_loop.Start([&accounts] { return accounts.monitor.RunDue(); });
  }
  janitor_loop.Start([&accounts] { return accounts.janitor.RunDue(); });

  log.Info("serving",
           {{"listen", settings.listen},
            {"port", absl::StrCat((*server)->port())},
            {"tls", settings.tls_cert_file.empty() ? "off: this machine only"
                                                   : "callers show certificates"},
            {"data_dir", settings.data_dir},
            {"key", (*key_provider)->active_kek()},
            {"lastpass", settings.lastpass_url},
            {"check_interval",
             settings.monitor_off ? "off" : absl::FormatDuration(settings.monitor_interval)},
            {"reflection", settings.reflection ? "on" : "off"},
            {"version", kVersion}});

  WaitForSignal();
  (*server)->SetServing(false);
  log.Info("stopping: says NOT_SERVING, then finishes the calls in flight",
           {{"delay", absl::FormatDuration(settings.drain_delay)},
            {"grace", absl::FormatDuration(settings.drain_grace)},
            {"calls_in_flight", absl::StrCat(admission.in_flight())}});
  monitor_loop.Stop();
  janitor_loop.Stop();
  const bool hurry = store_failed || WaitForSignal(settings.drain_delay) != 0;
  accounts.feed.Close();  // watches would last for ever
  DrainOptions drain;
  drain.grace = hurry ? absl::ZeroDuration() : settings.drain_grace;
  drain.hurry = [] { return WaitForSignal(absl::ZeroDuration()) != 0; };
  drain.idle = [&] { return admission.in_flight() + watch_admission.in_flight() == 0; };
  (*server)->Drain(drain);
  log.Info("stopped");
  return store_failed ? kExitFailed : EXIT_SUCCESS;
}

int Main(int argc, char** argv) {
  ScrubEnvironment();
  const CommandLine command_line = ReadCommandLine(argc, argv);
  if (command_line.exit_code) return *command_line.exit_code;
  const absl::StatusOr<Settings> settings = Resolve(command_line.config);
  if (!settings.ok()) {
    std::cerr << "credlinkd: the configuration has faults:\n"
              << std::string(settings.status().message()) << "\n";
    return kExitConfig;
  }
  if (command_line.check_only) {
    std::cout << "The configuration is good.\n";
    return EXIT_SUCCESS;
  }
  BlockSignals();
  HardenProcess();
  DropDebugChecks();
  return Serve(*settings);
}

}  // namespace
}  // namespace credlink

int main(int argc, char** argv) { return credlink::Main(argc, argv); }
