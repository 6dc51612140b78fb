#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/flags.h"

namespace credlink::cli {
namespace {

// An option of update: naming it, with an empty value too, puts its field into the mask.
void Updates(CLI::Option* option, const char* path, Options& options) {
  option->each([path, &options](const std::string&) {
    std::vector<std::string>& paths = options.update_paths;
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  });
}

void AddUpdate(CLI::App& app, Invocation& invocation) {
  Options& options = invocation.options;
  CLI::App& update =
      AddCommand(app, "update", "Change what people say of an account; only what a flag names",
                 Update, invocation);
  AddAccount(update, options);
  Updates(update.add_option("--label", options.label, "A name for people; \"\" takes it away")
              ->type_name("TEXT"),
          "label", options);
  Updates(AddAnnotation(update, options, "Adds or changes a remark; may be repeated"),
          "annotations", options);
  Updates(update
              .add_option("--remove-annotation", options.removed_annotations,
                          "Takes a remark away; may be repeated")
              ->allow_extra_args(false)
              ->type_name("KEY"),
          "annotations", options);
  Updates(update.add_flag("--clear-annotations", options.clear_annotations,
                          "Takes all remarks away, before --annotation adds"),
          "annotations", options);
  Updates(
      update.add_option("--environment", options.environment, "Whether real people depend on it")
          ->transform(CLI::CheckedTransformer(std::map<std::string, v1::Environment>{
                                                  {"production", v1::ENVIRONMENT_PRODUCTION},
                                                  {"test", v1::ENVIRONMENT_TEST}})
                          .description(""))
          ->type_name("production|test"),
      "environment", options);
  Updates(update.add_option("--owner-name", options.owner_name, "The customer's name for people")
              ->type_name("TEXT"),
          "owner.display_name", options);
  Updates(update
              .add_option("--owner-login", options.owner_login,
                          "The customer's login or e-mail, for people")
              ->type_name("TEXT"),
          "owner.username", options);
  AddChangeOfExisting(update, options);
  update.footer(R"(
Annotations that no flag names stay as they are. The account is read for that, and its etag sent: when
somebody changes it in between, nothing is changed, and the exit code is 6.

Example:
  credlink update head --tenant acme --label "Head office" --annotation team=blue --annotation tier=1)");
}

CLI::App& AddChangeCommand(CLI::App& app, const char* name, const char* about, Command command,
                           Invocation& invocation) {
  CLI::App& sub = AddCommand(app, name, about, command, invocation);
  AddAccount(sub, invocation.options);
  AddChangeOfExisting(sub, invocation.options);
  sub.footer(absl::StrCat("\nExample:\n  credlink ", name, " head --tenant acme"));
  return sub;
}

void AddReason(CLI::App& app, Options& options) {
  app.add_option("--reason", options.reason, "Why, for people")->type_name("TEXT");
}

}  // namespace

void AddChangeCommands(CLI::App& app, Invocation& invocation) {
  Options& options = invocation.options;
  AddUpdate(app, invocation);
  AddReason(AddChangeCommand(app, "suspend", "Take an account out of use, and keep it", Suspend,
                             invocation),
            options);
  AddChangeCommand(app, "resume", "Take a suspended account back into use", Resume, invocation);
  AddReason(AddChangeCommand(app, "delete", "Delete an account; for 30 days it can be brought back",
                             Delete, invocation),
            options);
  AddChangeCommand(app, "undelete", "Bring a deleted account back", Undelete, invocation);
  CLI::App& purge = AddChangeCommand(
      app, "purge", "Erase a deleted account and its credentials for good", Purge, invocation);
  purge.add_flag("--yes", options.yes, "Do not ask; needed where there is no terminal");
  purge.footer(R"(
The account must be deleted first. You are asked to type the last part of its name. The receipt says what
was erased.

Example:
  credlink delete head --tenant acme --reason "Contract ended" && credlink purge head --tenant acme)");
}

}  // namespace credlink::cli
