#include "server/config/flags.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "absl/strings/ascii.h"
#include "server/config/settings.h"
#include "server/ops/version.h"

namespace credlink {
namespace {

constexpr char kAbout[] =
    "credlinkd links customers' LastPass Business accounts for the services that call it over "
    "gRPC.\n"
    "Without any flag it serves on 127.0.0.1:50051 and keeps its data in ./credlink-data.";

constexpr char kFooter[] = R"(
Examples:
  credlinkd
      Serve this machine, with the embedded defaults.
  credlinkd --listen 0.0.0.0:50051 --tls_cert s.pem --tls_key s.key --tls_client_ca callers.pem
      Serve other machines, which prove who they are by certificates.
  credlinkd --config /etc/credlink/credlink.txtpb --check_config
      Check a configuration and exit: 0 when it is good, 2 with every fault when it is not.

The configuration file is a protobuf text file; proto/credlink/config/v1/server_config.proto describes
every field. SIGTERM and SIGINT stop the server gracefully, a second one at once.
Exit codes: 0 stopped as asked; 1 could not start, or the store failed; 2 wrong flags or configuration.)";

struct Flag {
  const char* name;
  const char* help;
  std::string* (*field)(config::v1::ServerConfig&);
};

using Config = config::v1::ServerConfig;

constexpr Flag kFlags[] = {
    {"--listen", "Where to listen: host:port, [ipv6]:port or unix:/path [127.0.0.1:50051]",
     [](Config& c) { return c.mutable_listen(); }},
    {"--data_dir", "Where the store and the key file are kept [./credlink-data]",
     [](Config& c) { return c.mutable_data_dir(); }},
    {"--key_file", "The key file; it must exist [DATA_DIR/key, made on the first start]",
     [](Config& c) { return c.mutable_keys()->mutable_file(); }},
    {"--lastpass_url", "Where LastPass is [https://lastpass.com]",
     [](Config& c) { return c.mutable_lastpass()->mutable_url(); }},
    {"--lastpass_ca_file", "Who may sign its certificate, PEM [the system's authorities]",
     [](Config& c) { return c.mutable_lastpass()->mutable_ca_file(); }},
    {"--tls_cert", "The server's certificate chain, PEM",
     [](Config& c) { return c.mutable_tls()->mutable_cert_file(); }},
    {"--tls_key", "Its private key, PEM",
     [](Config& c) { return c.mutable_tls()->mutable_key_file(); }},
    {"--tls_client_ca", "Who signs the callers' certificates, PEM",
     [](Config& c) { return c.mutable_tls()->mutable_client_ca_file(); }},
};
constexpr size_t kFlagCount = sizeof(kFlags) / sizeof(kFlags[0]);

}  // namespace

CommandLine ReadCommandLine(int argc, const char* const* argv) {
  CommandLine command_line;
  CLI::App app(kAbout, "credlinkd");
  app.footer(kFooter);
  app.set_version_flag("--version", kVersion);
  std::string config_file;
  app.add_option("--config", config_file, "A configuration file; flags override it")
      ->type_name("FILE");
  std::string values[kFlagCount];
  for (size_t i = 0; i < kFlagCount; ++i) {
    app.add_option(kFlags[i].name, values[i], kFlags[i].help)->type_name("TEXT");
  }
  std::string log_level;
  app.add_option("--log_level", log_level, "What to log [info]")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->type_name("LEVEL");
  bool reflection = false;
  app.add_flag("--reflection,!--no-reflection", reflection,
               "Describe the API to generic clients [on loopback and Unix sockets only]");
  app.add_flag("--check_config", command_line.check_only, "Check the configuration and exit");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;
    app.exit(error);
    command_line.exit_code = asked ? 0 : 2;
    return command_line;
  }

  if (!config_file.empty()) {
    absl::Status status = ReadConfigFile(config_file, command_line.config);
    if (!status.ok()) {
      std::cerr << "credlinkd: the configuration cannot be read:\n"
                << std::string(status.message()) << "\n";
      command_line.exit_code = 2;
      return command_line;
    }
  }
  for (size_t i = 0; i < kFlagCount; ++i) {
    if (app.count(kFlags[i].name) > 0) *kFlags[i].field(command_line.config) = values[i];
  }
  if (app.count("--reflection") > 0) command_line.config.set_reflection(reflection);
  config::v1::Log::Level level;
  if (config::v1::Log::Level_Parse("LEVEL_" + absl::AsciiStrToUpper(log_level), &level)) {
    command_line.config.mutable_log()->set_level(level);
  }
  return command_line;
}

}  // namespace credlink
