#include "client/cli/commands.h"
#include "client/cli/flags.h"

namespace credlink::cli {

void AddCredentialCommands(CLI::App& app, Invocation& invocation) {
  Options& options = invocation.options;

  CLI::App& rotate =
      AddCommand(app, "rotate", "Give an account a new hash, proven first", Rotate, invocation);
  AddAccount(rotate, options);
  AddHashFile(rotate, options);
  rotate
      .add_option("--account-number", options.account_number,
                  "The LastPass account number (CID) [the account's own]")
      ->type_name("NUMBER");
  rotate.add_flag("--apply-to-same-account-number", options.apply_to_same_account_number,
                  "Also to the tenant's other accounts with this account number");
  AddChangeOfExisting(rotate, options);
  rotate.footer(R"(
LastPass has one live hash a company: a reset breaks all accounts with its account number at once.

Example:
  credlink rotate head --tenant acme --hash-file new-hash.txt --apply-to-same-account-number)");

  CLI::App& rollback = AddCommand(
      app, "rollback", "Go back to an older hash, proven first; `get` shows which are kept",
      Rollback, invocation);
  AddAccount(rollback, options);
  rollback.add_option("--version", options.version, "Which version [the newest older one]")
      ->check(CLI::PositiveNumber.description(""))
      ->type_name("VERSION");
  AddChangeOfExisting(rollback, options);
  rollback.footer(R"(
Example:
  credlink rollback head --tenant acme)");

  CLI::App& check = AddCommand(
      app, "check", "Check an account's hash live against LastPass, and record what came of it",
      Check, invocation);
  AddAccount(check, options);
  AddChangeOfExisting(check, options);
  check.footer(R"(
The exit code tells the verdict, as for validate: 0 VALID, 3 INVALID, 4 unproven.

Example:
  credlink check head --tenant acme)");
}

}  // namespace credlink::cli
