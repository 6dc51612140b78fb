#include "client/cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cli/completion.h"
#include "client/cli/flags.h"
#include "client/cli/usage_error.h"
#include "server/accounts/uuid.h"
#include "server/ops/version.h"
#include "server/providers/lastpass/pasted_text.h"

namespace credlink::cli {
namespace {

constexpr char kAbout[] =
    "credlink talks to a Credlink server: it checks LastPass credentials, links accounts with "
    "them, and looks after the accounts that are linked.";

constexpr char kFooter[] = R"(
Examples:
  credlink validate --tenant acme --account-number 1234567
      Asks for the provisioning hash without showing it, and proves the pair live. Stores nothing.
  credlink link --tenant acme --account-number 1234567 --owner-id customer-17 --hash-file hash.txt
      Proves the pair and links the account.
  vault kv get -field=hash lastpass/acme | credlink link --tenant acme ... --hash-file -
      Takes the hash from standard input.
  credlink import accounts.csv --tenant acme
      Links every account of a file.
  credlink list --tenant acme --filter 'health = UNHEALTHY' --output json | jq '.accounts[].name'
  credlink rotate head --tenant acme --hash-file new-hash.txt
      Gives the account tenants/acme/accounts/head a new hash, once that is proven.
  credlink watch --tenant acme
      Shows what changes, as it happens.

CREDLINK_SERVER, CREDLINK_TENANT, CREDLINK_TLS_CA, CREDLINK_TLS_CERT and CREDLINK_TLS_KEY stand in for
the flags of the same names.

Exit codes: 0 done, or VALID; 1 internal fault; 2 wrong usage or malformed input; 3 LastPass refused the
pair, or the account's state does not allow it; 4 LastPass proved nothing, try again later; 5 not found;
6 linked already, the name is taken, or changed by others meanwhile; 7 the server cannot be reached, is
overloaded, or time ran out; 8 not allowed; 9 a stored record is damaged.)";

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

void AddCommands(CLI::App& app, Invocation& invocation) {
  AddLinkCommands(app, invocation);
  AddReadCommands(app, invocation);
  AddChangeCommands(app, invocation);
  AddCredentialCommands(app, invocation);
  AddFileCommands(app, invocation);
}

CLI::App& AddCompletion(CLI::App& app, Options& options) {
  CLI::App& completion =
      *app.add_subcommand("completion", "Print a script that completes commands and flags");
  completion.add_option("shell", options.shell, "For which shell")
      ->check(CLI::IsMember({"bash", "zsh"}).description(""))
      ->type_name("bash|zsh")
      ->required();
  completion.footer(R"(
Examples:
  credlink completion bash > ~/.local/share/bash-completion/completions/credlink
  credlink completion zsh > "${fpath[1]}/_credlink")");
  return completion;
}

// Whether some argument means to be the hash.
bool HashOnCommandLine(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const absl::string_view argument(argv[i]);
    for (const absl::string_view flag : {"--hash", "--provisioning-hash"}) {
      if (argument == flag || absl::StartsWith(argument, absl::StrCat(flag, "="))) return true;
    }
  }
  return false;
}

// The last one first, as CLI11 wants them. It would take the argument that follows "--reason=" for
// the empty value, so that is told as two arguments.
std::vector<std::string> Arguments(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  bool flags_ended = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    flags_ended |= argument == "--";
    if (!flags_ended && absl::StartsWith(argument, "--") &&
        argument.find('=') == argument.size() - 1) {
      arguments.push_back(argument.substr(0, argument.size() - 1));
      arguments.emplace_back();
    } else {
      arguments.push_back(argument);
    }
  }
  std::reverse(arguments.begin(), arguments.end());
  return arguments;
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
  app.failure_message(UsageErrorText);
  ReadVariables(invocation.options);
  if (!lastpass::IsUtf8(invocation.options.tenant)) {
    std::cerr << "credlink: CREDLINK_TENANT: must be UTF-8\n";
    invocation.exit_code = kExitUsage;
    return invocation;
  }
  AddCommands(app, invocation);
  const CLI::App& completion = AddCompletion(app, invocation.options);
  RequireUtf8(app);
  try {
    app.parse(Arguments(argc, argv));
    if (completion.parsed()) {
      std::cout << (invocation.options.shell == "bash" ? BashCompletion(app) : ZshCompletion(app));
      invocation.exit_code = kExitOk;
    }
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;
    app.exit(error);
    invocation.exit_code = asked ? kExitOk : kExitUsage;
  }
  // Made here and not by the library, so that an error can name it.
  if (invocation.options.request_id.empty()) invocation.options.request_id = NewUuid(absl::Now());
  return invocation;
}

}  // namespace credlink::cli
