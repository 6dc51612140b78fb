#include "client/cli/commands.h"
#include "client/cli/flags.h"

namespace credlink::cli {
namespace {

void AddList(CLI::App& app, Invocation& invocation) {
  Options& options = invocation.options;
  CLI::App& list =
      AddCommand(app, "list", "Show the linked accounts, oldest first", List, invocation);
  AddTenant(list, options);
  list.add_option("--owner-id", options.owner_id, "Only this owner's")->type_name("ID");
  list.add_option("--account-number", options.account_number, "Only this LastPass account number")
      ->type_name("NUMBER");
  list.add_option("--filter", options.filter,
                  "As ListAccountsRequest.filter, e.g. 'health = UNHEALTHY AND label = \"Head*\"'")
      ->type_name("FILTER");
  list.add_option("--order-by", options.order_by,
                  "create_time, update_time or label, with \" desc\" behind it or without")
      ->type_name("create_time|update_time|label");
  list.add_flag("--show-deleted", options.show_deleted, "Also deleted accounts");
  list.add_flag("--total", options.total, "Also say how many there are in all");
  CLI::Option* limit =
      list.add_option("--limit", options.limit, "At most so many accounts; 0 shows all")
          ->check(CLI::NonNegativeNumber.description(""))
          ->type_name("COUNT")
          ->capture_default_str();
  list.add_flag_callback(
          "--all", [&options] { options.limit = 0; }, "All accounts, as --limit 0")
      ->excludes(limit);
  list.footer(R"(
Examples:
  credlink list --tenant acme --filter 'health = UNHEALTHY' --order-by "update_time desc"
  credlink list --tenant acme --all --output json | jq '.accounts[].accountNumber')");
}

void AddWatch(CLI::App& app, Invocation& invocation) {
  Options& options = invocation.options;
  CLI::App& watch =
      AddCommand(app, "watch", "Show what changes in a tenant, a line a change", Watch, invocation);
  AddTenant(watch, options);
  watch
      .add_option("--resume-token", options.resume_token,
                  "Where to go on, as the watch before told at its end [now]")
      ->type_name("TOKEN");
  watch.footer(R"(
It finds the server again when the connection breaks, and goes on where it was. Ctrl-C ends it; the token
to go on with is then on standard error.

Example:
  credlink watch --tenant acme --output json | jq -r 'select(.type == "TYPE_HEALTH_CHANGED")')");
}

}  // namespace

void AddReadCommands(CLI::App& app, Invocation& invocation) {
  Options& options = invocation.options;
  AddList(app, invocation);
  CLI::App& get = AddCommand(app, "get", "Show one account", Get, invocation);
  AddAccount(get, options);
  get.footer(R"(
Example:
  credlink get head --tenant acme --output json | jq -r .account.etag)");
  CLI::App& connectors =
      AddCommand(app, "connectors", "Show what can be linked, and how to find the values",
                 Connectors, invocation);
  connectors.add_option("connector", options.name, "Only this one, e.g. lastpass")
      ->type_name("CONNECTOR");
  AddWatch(app, invocation);
}

}  // namespace credlink::cli
