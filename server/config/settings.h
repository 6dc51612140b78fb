// The server's settings: everything decided, everything checked.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "credlink/config/v1/server_config.pb.h"
#include "server/ops/log.h"

namespace credlink {

// What credlinkd runs with. credlink.config.v1.ServerConfig tells what each means.
struct Settings {
  std::string listen;
  bool local_only = true;     // loopback or a Unix socket: reached from this machine only
  std::string tls_cert_file;  // empty: no TLS
  std::string tls_key_file;
  std::string tls_client_ca_file;
  std::string data_dir;
  std::string key_file;
  bool may_create_key_file = true;  // the default one, in a new store
  std::string lastpass_url;
  std::string lastpass_ca_file;
  absl::Duration lastpass_timeout;
  int lastpass_max_concurrent = 0;
  bool lastpass_allow_private_addresses = false;
  int max_calls_in_flight = 0;
  int max_streams_per_connection = 0;
  int max_request_bytes = 0;
  int max_metadata_bytes = 0;
  absl::Duration handshake_timeout;
  absl::Duration max_connection_idle;
  absl::Duration max_connection_age;
  absl::Duration max_connection_age_grace;
  absl::Duration max_call;
  absl::Duration drain_delay;
  absl::Duration drain_grace;
  bool monitor_off = false;
  absl::Duration monitor_interval;
  int monitor_max_concurrent = 0;
  int monitor_max_per_second = 0;
  absl::Duration keep_deleted;
  int keep_versions = 0;
  absl::Duration keep_events;
  int max_watchers = 0;
  absl::Duration watch_read_timeout;
  bool reflection = false;
  LogLevel log_level = LogLevel::kInfo;
};

// Fills in the defaults and checks every value. INVALID_ARGUMENT lists all faults, a line each.
absl::StatusOr<Settings> Resolve(const config::v1::ServerConfig& config);

// Reads a protobuf text file. INVALID_ARGUMENT lists all faults with their line and column.
absl::Status ReadConfigFile(const std::string& path, config::v1::ServerConfig& config);

}  // namespace credlink
