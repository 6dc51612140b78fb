#include "client/cli/flags.h"

namespace credlink::cli {
namespace {

void AddConnection(CLI::App& app, Options& options) {
  app.add_option("--server", options.channel.server, "host:port, [ipv6]:port or unix:/path")
      ->capture_default_str()
      ->type_name("ADDRESS")
      ->group("Connection");
  app.add_option("--tls-ca", options.channel.ca_file, "Who signs the server's certificate, PEM")
      ->type_name("FILE")
      ->group("Connection");
  app.add_option("--tls-cert", options.channel.cert_file,
                 "The certificate that says who you are, PEM")
      ->type_name("FILE")
      ->group("Connection");
  app.add_option("--tls-key", options.channel.key_file, "Its private key, PEM")
      ->type_name("FILE")
      ->group("Connection");
  app.add_option(
         "--timeout", options.timeout_seconds,
         "Seconds to wait for an answer, 0.1 to 300 [10; 30 for changes and when LastPass is "
         "asked]")
      ->check(CLI::Range(0.1, 300.0).description(""))
      ->type_name("SECONDS")
      ->group("Connection");
  app.add_option("--output", options.format, "text, or json: the API's response as protobuf JSON")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Format>{{"text", Format::kText},
                                                                        {"json", Format::kJson}})
                      .description(""))
      ->default_str("text")
      ->type_name("text|json");
}

}  // namespace

CLI::App& AddCommand(CLI::App& app, const char* name, const char* about, Command command,
                     Invocation& invocation) {
  CLI::App& sub = *app.add_subcommand(name, about);
  sub.callback([command, &invocation] { invocation.command = command; });
  AddConnection(sub, invocation.options);
  return sub;
}

void AddAccount(CLI::App& app, Options& options) {
  app.add_option("account", options.name,
                 "Its name, tenants/{tenant}/accounts/{account}, or its last part with --tenant")
      ->type_name("ACCOUNT")
      ->required();
  app.add_option("--tenant", options.tenant, "Whose account")->type_name("TENANT");
}

void AddTenant(CLI::App& app, Options& options) {
  app.add_option("--tenant", options.tenant, "Whose accounts: the {tenant} of tenants/{tenant}")
      ->type_name("TENANT")
      ->required(options.tenant.empty());
}

CLI::Option* AddAnnotation(CLI::App& app, Options& options, const std::string& about) {
  return app.add_option("--annotation", options.annotation_pairs, about)
      ->check([](const std::string& pair) {
        const size_t equals = pair.find('=');
        return equals == 0 || equals == std::string::npos ? "must be KEY=VALUE" : "";
      })
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
}

void AddHashFile(CLI::App& app, Options& options) {
  app.add_option("--hash-file", options.hash_file,
                 "Where the provisioning hash is; - is standard input. Without it you are asked at "
                 "the terminal")
      ->type_name("FILE");
}

void AddChange(CLI::App& app, Options& options) {
  app.add_option("--request-id", options.request_id, "Makes the call safe to repeat [a new UUID]")
      ->type_name("ID");
  app.add_flag("--validate-only", options.validate_only, "Check everything, store nothing");
}

void AddChangeOfExisting(CLI::App& app, Options& options) {
  app.add_option("--etag", options.etag,
                 "Only if the account still has this etag, as `get` showed it")
      ->type_name("ETAG");
  AddChange(app, options);
}

}  // namespace credlink::cli
