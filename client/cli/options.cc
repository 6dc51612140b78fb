#include "client/cli/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/strings/match.h"
#include "client/cli/commands.h"
#include "server/ops/version.h"

namespace credlink::cli {
namespace {

constexpr char kAbout[] =
    "credlink talks to a Credlink server: it checks LastPass credentials, links accounts with "
    "them, and "
    "shows what is linked.";

constexpr char kFooter[] = R"(
Examples:
  credlink validate --tenant acme --account-number 1234567
      Asks for the provisioning hash without showing it, and proves the pair live. Stores nothing.
  credlink link --tenant acme --account-number 1234567 --owner-id customer-17 --hash-file hash.txt
      Proves the pair and links the account.
  vault kv get -field=hash lastpass/acme | credlink link --tenant acme ... --hash-file -
      Takes the hash from standard input.
  credlink list --tenant acme --output json | jq '.accounts[].accountNumber'

CREDLINK_SERVER, CREDLINK_TENANT, CREDLINK_TLS_CA, CREDLINK_TLS_CERT and CREDLINK_TLS_KEY stand in for
the flags of the same names.

Exit codes: 0 done, or VALID; 1 internal fault; 2 wrong usage or malformed input; 3 LastPass refused the
pair; 4 LastPass proved nothing, try again later; 5 not found; 6 linked already, or the name is taken;
7 the server cannot be reached, is overloaded, or time ran out; 8 not allowed; 9 a stored record is damaged.)";

constexpr char kHashRefused[] =
    "credlink: the provisioning hash is never taken from the command line, where other processes "
    "and the\n"
    "shell's history can read it. Leave it out to be asked for it, or name a file with --hash-file "
    "(- is\n"
    "standard input). If it was a real hash, it is in your shell's history now: remove it there.\n";

// CLI11's own variables would be read once for every command that has the flag, over the flag
// itself.
void ReadVariables(Options& options) {
  const std::pair<const char*, std::string*> variables[] = {
      {"CREDLINK_SERVER", &options.channel.server},
      {"CREDLINK_TENANT", &options.tenant},
      {"CREDLINK_TLS_CA", &options.channel.ca_file},
      {"CREDLINK_TLS_CERT", &options.channel.cert_file},
      {"CREDLINK_TLS_KEY", &options.channel.key_file},
  };
  for (const auto& [name, target] : variables) {
    if (const char* value = std::getenv(name); value != nullptr && *value != 0) *target = value;
  }
}

void AddConnection(CLI::App& app, Options& options) {
  app.add_option("--server", options.channel.server, "host:port, [ipv6]:port or unix:/path")
      ->capture_default_str()
      ->group("Connection");
  app.add_option("--tls-ca", options.channel.ca_file, "Who signs the server's certificate, PEM")
      ->group("Connection");
  app.add_option("--tls-cert", options.channel.cert_file,
                 "The certificate that says who you are, PEM")
      ->group("Connection");
  app.add_option("--tls-key", options.channel.key_file, "Its private key, PEM")
      ->group("Connection");
  app.add_option("--timeout", options.timeout_seconds,
                 "Seconds to wait for an answer [10; 30 when LastPass is asked]")
      ->check(CLI::Range(0.1, 300.0))
      ->group("Connection");
  app.add_option("--output", options.format, "text, or json: the API's response as protobuf JSON")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Format>{{"text", Format::kText}, {"json", Format::kJson}}))
      ->default_str("text")
      ->type_name("FORMAT");
}

void AddTenant(CLI::App& app, Options& options) {
  app.add_option("--tenant", options.tenant, "Whose accounts: the {tenant} of tenants/{tenant}")
      ->required(options.tenant.empty());
}

void AddCredentials(CLI::App& app, Options& options) {
  app.add_option("--account-number", options.account_number,
                 "The LastPass account number (CID); asked for when it is missing");
  app.add_option("--hash-file", options.hash_file,
                 "Where the provisioning hash is; - is standard input. Without it you are asked at "
                 "the terminal");
}

CLI::App* AddCommand(CLI::App& app, const char* name, const char* about, Command command,
                     Invocation& invocation) {
  CLI::App* sub = app.add_subcommand(name, about);
  sub->callback([command, &invocation] { invocation.command = command; });
  AddConnection(*sub, invocation.options);
  return sub;
}

void AddCommands(CLI::App& app, Invocation& invocation) {
  Options& options = invocation.options;

  CLI::App* validate = AddCommand(
      app, "validate", "Check a pair live against LastPass; stores nothing", Validate, invocation);
  AddTenant(*validate, options);
  AddCredentials(*validate, options);

  CLI::App* link = AddCommand(app, "link", "Prove a pair and link the account", Link, invocation);
  AddTenant(*link, options);
  AddCredentials(*link, options);
  link->add_option("--owner-id", options.owner_id, "Your own id of the customer")->required();
  link->add_option("--owner-name", options.owner_name, "The customer's name for people");
  link->add_option("--owner-login", options.owner_login,
                   "The customer's login or e-mail, for people");
  link->add_option("--account-id", options.account_id,
                   "The last part of the account's name [a new UUID]");
  link->add_option("--label", options.label, "A name for people");
  link->add_option("--annotation", options.annotations,
                   "KEY VALUE: a remark of your own; may be repeated")
      ->type_name("KEY VALUE");
  link->add_flag("--test", options.test_environment, "No real people depend on this account");
  link->add_option("--request-id", options.request_id,
                   "Makes the call safe to repeat [a new UUID]");
  link->add_flag("--validate-only", options.validate_only, "Check everything, store nothing");

  CLI::App* list =
      AddCommand(app, "list", "Show the linked accounts, oldest first", List, invocation);
  AddTenant(*list, options);
  list->add_option("--owner-id", options.owner_id, "Only this owner's");
  list->add_option("--account-number", options.account_number, "Only this LastPass account number");
  list->add_option("--filter", options.filter,
                   "As ListAccountsRequest.filter, e.g. 'owner.id = \"customer-17\"'");
  list->add_option("--limit", options.limit, "At most so many accounts; 0 shows all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();

  CLI::App* get = AddCommand(app, "get", "Show one account", Get, invocation);
  get->add_option("account", options.name,
                  "Its name, tenants/{tenant}/accounts/{account}, or its last part with --tenant")
      ->required();
  get->add_option("--tenant", options.tenant, "Whose account");

  CLI::App* connectors =
      AddCommand(app, "connectors", "Show what can be linked, and how to find the values",
                 Connectors, invocation);
  connectors->add_option("connector", options.name, "Only this one, e.g. lastpass");
}

// Whether some argument is --hash or --hash=...; looked for first, so that no message repeats its
// value.
bool HashOnCommandLine(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const absl::string_view argument(argv[i]);
    if (argument == "--hash" || absl::StartsWith(argument, "--hash=")) return true;
  }
  return false;
}

}  // namespace

Invocation ReadCommandLine(int argc, const char* const* argv) {
  Invocation invocation;
  if (HashOnCommandLine(argc, argv)) {
    std::cerr << kHashRefused;
    invocation.exit_code = kExitUsage;
    return invocation;
  }
  CLI::App app(kAbout, "credlink");
  app.footer(kFooter);
  app.set_version_flag("--version", kVersion);
  app.require_subcommand(1);
  ReadVariables(invocation.options);
  AddCommands(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;
    app.exit(error);
    invocation.exit_code = asked ? kExitOk : kExitUsage;
  }
  return invocation;
}

}  // namespace credlink::cli
