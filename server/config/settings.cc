#include "server/config/settings.h"

#include <unistd.h>

#include <limits>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "server/http/addresses.h"

namespace credlink {
namespace {

constexpr absl::Duration kForEver = absl::Hours(24 * 365);

// Takes values with their defaults, and collects what is wrong with them.
class Checker {
 public:
  std::string Text(const std::string& value, absl::string_view fallback) {
    return value.empty() ? std::string(fallback) : value;
  }

  int Number(absl::string_view field, int value, int fallback, int least, int most) {
    if (value == 0) return fallback;
    if (value < least || value > most) {
      Wrong(absl::StrCat(field, " must be ", least, " to ", most, ", not ", value));
    }
    return value;
  }

  absl::Duration Time(absl::string_view field, bool given, const google::protobuf::Duration& value,
                      absl::Duration fallback, absl::Duration least, absl::Duration most) {
    if (!given) return fallback;
    const absl::Duration time = absl::Seconds(value.seconds()) + absl::Nanoseconds(value.nanos());
    if (time < least || time > most) {
      Wrong(absl::StrCat(field, " must be ", absl::FormatDuration(least), " to ",
                         absl::FormatDuration(most), ", not ", absl::FormatDuration(time)));
    }
    return time;
  }

  void Readable(absl::string_view field, const std::string& path) {
    if (!path.empty() && access(path.c_str(), R_OK) != 0) {
      Wrong(absl::StrCat(field, ": cannot read ", path));
    }
  }

  void Wrong(std::string fault) { faults_.push_back(std::move(fault)); }

  absl::Status ToStatus() const {
    if (faults_.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrJoin(faults_, "\n"));
  }

 private:
  std::vector<std::string> faults_;
};

// Splits "host:port"; false when it is anything else.
bool SplitHostPort(absl::string_view listen, absl::string_view& host, int& port) {
  const size_t colon = listen.rfind(':');
  if (colon == absl::string_view::npos || colon == 0) return false;
  host = listen.substr(0, colon);
  const bool bracketed = host.front() == '[' && host.back() == ']';
  if (!bracketed && absl::StrContains(host, ":")) return false;
  return absl::SimpleAtoi(listen.substr(colon + 1), &port) && port >= 0 && port <= 65535;
}

void CheckListen(Settings& settings, Checker& check) {
  if (absl::StartsWith(settings.listen, "unix:")) {
    settings.local_only = true;
    return;
  }
  absl::string_view host;
  int port = 0;
  if (!SplitHostPort(settings.listen, host, port)) {
    check.Wrong(absl::StrCat("listen must be host:port, [ipv6]:port or unix:/path, not '",
                             settings.listen, "'"));
    return;
  }
  settings.local_only = IsLoopback(host);
}

void CheckTls(const Settings& settings, Checker& check) {
  const int given = !settings.tls_cert_file.empty() + !settings.tls_key_file.empty() +
                    !settings.tls_client_ca_file.empty();
  if (given != 0 && given != 3) {
    check.Wrong("tls needs all of cert_file, key_file and client_ca_file, or none of them");
  }
  if (given == 0 && !settings.local_only) {
    check.Wrong(absl::StrCat(
        "listen: ", settings.listen,
        " can be reached from other machines, so it needs TLS: set --tls_cert, --tls_key and "
        "--tls_client_ca, or listen on 127.0.0.1 or a Unix socket"));
  }
  check.Readable("tls.cert_file", settings.tls_cert_file);
  check.Readable("tls.key_file", settings.tls_key_file);
  check.Readable("tls.client_ca_file", settings.tls_client_ca_file);
}

void ResolveLastPass(const config::v1::LastPass& config, Settings& settings, Checker& check) {
  settings.lastpass_url = check.Text(config.url(), "https://lastpass.com");
  settings.lastpass_ca_file = config.ca_file();
  settings.lastpass_timeout = check.Time("lastpass.timeout", config.has_timeout(), config.timeout(),
                                         absl::Seconds(10), absl::Seconds(1), absl::Seconds(60));
  settings.lastpass_max_concurrent =
      check.Number("lastpass.max_concurrent", config.max_concurrent(), 256, 1, 4096);
  settings.lastpass_allow_private_addresses = config.allow_private_addresses();
  if (!absl::StartsWith(settings.lastpass_url, "https://")) {
    check.Wrong(
        absl::StrCat("lastpass.url must begin with https://, not '", settings.lastpass_url, "'"));
  }
  check.Readable("lastpass.ca_file", settings.lastpass_ca_file);
}

void ResolveLimits(const config::v1::Limits& config, Settings& settings, Checker& check) {
  settings.max_calls_in_flight =
      check.Number("limits.max_calls_in_flight", config.max_calls_in_flight(), 2048, 1, 65536);
  settings.max_streams_per_connection = check.Number(
      "limits.max_streams_per_connection", config.max_streams_per_connection(), 100, 1, 10000);
  settings.max_request_bytes = check.Number("limits.max_request_bytes", config.max_request_bytes(),
                                            16 * 1024, 1024, 1024 * 1024);
  settings.max_metadata_bytes = check.Number(
      "limits.max_metadata_bytes", config.max_metadata_bytes(), 8 * 1024, 1024, 64 * 1024);
  settings.handshake_timeout =
      check.Time("limits.handshake_timeout", config.has_handshake_timeout(),
                 config.handshake_timeout(), absl::Seconds(5), absl::Seconds(1), absl::Seconds(60));
  settings.max_connection_idle =
      check.Time("limits.max_connection_idle", config.has_max_connection_idle(),
                 config.max_connection_idle(), absl::Minutes(5), absl::Seconds(1), absl::Hours(24));
  settings.max_connection_age =
      check.Time("limits.max_connection_age", config.has_max_connection_age(),
                 config.max_connection_age(), absl::Minutes(10), absl::Seconds(1), absl::Hours(24));
  settings.max_connection_age_grace = check.Time(
      "limits.max_connection_age_grace", config.has_max_connection_age_grace(),
      config.max_connection_age_grace(), absl::Seconds(30), absl::Seconds(1), absl::Hours(1));
  settings.max_call = check.Time("limits.max_call", config.has_max_call(), config.max_call(),
                                 absl::Seconds(30), absl::Seconds(1), absl::Minutes(10));
}

void ResolveAccounts(const config::v1::ServerConfig& config, Settings& settings, Checker& check) {
  const config::v1::Monitor& monitor = config.monitor();
  settings.monitor_off = monitor.off();
  settings.monitor_interval =
      check.Time("monitor.interval", monitor.has_interval(), monitor.interval(), absl::Hours(6),
                 absl::Minutes(1), absl::Hours(24 * 7));
  settings.monitor_max_concurrent =
      check.Number("monitor.max_concurrent", monitor.max_concurrent(), 16, 1, 1024);
  settings.monitor_max_per_second =
      check.Number("monitor.max_per_second", monitor.max_per_second(), 20, 1, 10000);
  settings.keep_deleted =
      check.Time("accounts.keep_deleted", config.accounts().has_keep_deleted(),
                 config.accounts().keep_deleted(), absl::Hours(24 * 30), absl::Hours(1), kForEver);
  settings.keep_versions =
      check.Number("accounts.keep_versions", config.accounts().keep_versions(), 3, 1, 10);
  settings.keep_events =
      check.Time("events.keep", config.events().has_keep(), config.events().keep(),
                 absl::Hours(24 * 7), absl::Hours(1), kForEver);
  settings.max_watchers =
      check.Number("events.max_watchers", config.events().max_watchers(), 4096, 1, 65536);
  settings.watch_read_timeout = check.Time(
      "events.read_timeout", config.events().has_read_timeout(), config.events().read_timeout(),
      absl::Seconds(20), absl::Seconds(1), absl::Minutes(10));
}

LogLevel LevelOf(config::v1::Log::Level level) {
  switch (level) {
    case config::v1::Log::LEVEL_DEBUG:
      return LogLevel::kDebug;
    case config::v1::Log::LEVEL_WARNING:
      return LogLevel::kWarning;
    case config::v1::Log::LEVEL_ERROR:
      return LogLevel::kError;
    default:
      return LogLevel::kInfo;
  }
}

}  // namespace

absl::StatusOr<Settings> Resolve(const config::v1::ServerConfig& config) {
  Settings settings;
  Checker check;
  settings.listen = check.Text(config.listen(), "127.0.0.1:50051");
  CheckListen(settings, check);
  settings.tls_cert_file = config.tls().cert_file();
  settings.tls_key_file = config.tls().key_file();
  settings.tls_client_ca_file = config.tls().client_ca_file();
  CheckTls(settings, check);
  settings.data_dir =
      std::string(absl::StripSuffix(check.Text(config.data_dir(), "./credlink-data"), "/"));
  settings.may_create_key_file = config.keys().file().empty();
  settings.key_file = check.Text(config.keys().file(), absl::StrCat(settings.data_dir, "/key"));
  check.Readable("keys.file", config.keys().file());
  ResolveLastPass(config.lastpass(), settings, check);
  ResolveLimits(config.limits(), settings, check);
  ResolveAccounts(config, settings, check);
  const absl::Duration default_delay =
      settings.local_only ? absl::ZeroDuration() : absl::Seconds(5);
  settings.drain_delay =
      check.Time("drain.delay", config.drain().has_delay(), config.drain().delay(), default_delay,
                 absl::ZeroDuration(), absl::Minutes(5));
  settings.drain_grace =
      check.Time("drain.grace", config.drain().has_grace(), config.drain().grace(),
                 absl::Seconds(30), absl::ZeroDuration(), kForEver);
  settings.reflection = config.has_reflection() ? config.reflection() : settings.local_only;
  settings.log_level = LevelOf(config.log().level());
  absl::Status status = check.ToStatus();
  if (!status.ok()) return status;
  return settings;
}

}  // namespace credlink
