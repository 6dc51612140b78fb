#include "client/cli/commands.h"
#include "client/cli/flags.h"

namespace credlink::cli {
namespace {

void AddCredentials(CLI::App& app, Options& options) {
  app.add_option("--account-number", options.account_number,
                 "The LastPass account number (CID); asked for when it is missing")
      ->type_name("NUMBER");
  AddHashFile(app, options);
}

}  // namespace

void AddLinkCommands(CLI::App& app, Invocation& invocation) {
  Options& options = invocation.options;

  CLI::App& validate = AddCommand(
      app, "validate", "Check a pair live against LastPass; stores nothing", Validate, invocation);
  AddTenant(validate, options);
  AddCredentials(validate, options);
  validate.footer(R"(
The exit code tells the verdict: 0 VALID, 3 INVALID, 4 unproven.

Example:
  credlink validate --tenant acme --account-number 1234567 --hash-file hash.txt)");

  CLI::App& link = AddCommand(app, "link", "Prove a pair and link the account", Link, invocation);
  AddTenant(link, options);
  AddCredentials(link, options);
  link.add_option("--owner-id", options.owner_id, "Your own id of the customer")
      ->type_name("ID")
      ->required();
  link.add_option("--owner-name", options.owner_name, "The customer's name for people")
      ->type_name("TEXT");
  link.add_option("--owner-login", options.owner_login,
                  "The customer's login or e-mail, for people")
      ->type_name("TEXT");
  link.add_option("--account-id", options.account_id,
                  "The last part of the account's name [a new UUID]")
      ->type_name("ID");
  link.add_option("--label", options.label, "A name for people")->type_name("TEXT");
  AddAnnotation(link, options, "A remark of your own; may be repeated");
  link.add_flag_callback(
      "--test", [&options] { options.environment = v1::ENVIRONMENT_TEST; },
      "No real people depend on this account");
  AddChange(link, options);
  link.footer(R"(
Example:
  credlink link --tenant acme --account-number 1234567 --owner-id customer-17 --hash-file hash.txt
      --label "Head office" --annotation team=blue)");
}

}  // namespace credlink::cli
