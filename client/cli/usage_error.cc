#include "client/cli/usage_error.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "server/providers/lastpass/pasted_text.h"

namespace credlink::cli {
namespace {

constexpr size_t kLongestFlag = 32;
constexpr char kNotUtf8[] = "must be UTF-8";

// "--owner" of "--owner=value"; empty for what may be a value.
std::string FlagOf(const std::string& argument) {
  const std::string flag = argument.substr(0, argument.find('='));
  const bool is_long = absl::StartsWith(flag, "--") && flag.size() <= kLongestFlag;
  const bool is_short = absl::StartsWith(flag, "-") && flag.size() == 2;
  const bool is_word = std::all_of(flag.begin(), flag.end(),
                                   [](char c) { return absl::ascii_islower(c) || c == '-'; });
  return (is_long || is_short) && is_word ? flag : "";
}

std::string ExtrasText(const CLI::App& app) {
  std::vector<std::string> flags;
  size_t others = 0;
  for (const std::string& argument : app.remaining(/*recurse=*/true)) {
    const std::string flag = FlagOf(argument);
    if (flag.empty()) {
      ++others;
    } else {
      flags.push_back(flag);
    }
  }
  std::vector<std::string> parts;
  if (!flags.empty()) {
    parts.push_back(absl::StrCat("this command has no flag ", absl::StrJoin(flags, ", ")));
  }
  if (others > 0) {
    parts.push_back(absl::StrCat(others, others == 1 ? " argument" : " arguments",
                                 " too many, not shown here because it could be a secret"));
  }
  return absl::StrJoin(parts, "; ");
}

// CLI11 begins its text on a faulty value with the option's name.
const CLI::Option* OptionOf(const CLI::App& app, absl::string_view what) {
  absl::ConsumePrefix(&what, "Could not convert: ");
  for (const CLI::App* command : app.get_subcommands()) {
    for (const CLI::Option* option : command->get_options()) {
      const std::string name = option->get_name();
      if (absl::StartsWith(what, name + ":") || absl::StartsWith(what, name + " =")) return option;
    }
  }
  return nullptr;
}

std::string ValueText(const CLI::App& app, absl::string_view what) {
  const CLI::Option* option = OptionOf(app, what);
  if (option == nullptr) return "a value is not possible";
  if (option->get_items_expected_max() == 0)
    return absl::StrCat(option->get_name(), " takes no value");
  if (absl::EndsWith(what, kNotUtf8)) return absl::StrCat(option->get_name(), ": ", kNotUtf8);
  return absl::StrCat(option->get_name(), " takes ", option->get_type_name(), ": ",
                      option->get_description());
}

// What stands where the command belongs; empty when the command does, or nothing.
std::string NoCommandText(const CLI::App& app) {
  const std::vector<std::string> before = app.remaining();
  if (before.empty()) return "";
  if (!FlagOf(before.front()).empty()) {
    return "flags stand behind the command, as in: credlink list --tenant TENANT";
  }
  return "there is no such command; credlink --help lists them";
}

std::string What(const CLI::App& app, const CLI::Error& error) {
  std::string no_command = NoCommandText(app);
  if (!no_command.empty()) return no_command;
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) return ExtrasText(app);
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr ||
      dynamic_cast<const CLI::RequiresError*>(&error) != nullptr ||
      dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr ||
      dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    return error.what();  // these name flags only
  }
  return ValueText(app, error.what());
}

}  // namespace

std::string UsageErrorText(const CLI::App* app, const CLI::Error& error) {
  return absl::StrCat("credlink: ", What(*app, error), "\nRun with --help for more information.\n");
}

void RequireUtf8(CLI::App& app) {
  const auto all = [](const CLI::App*) { return true; };
  for (CLI::App* command : app.get_subcommands(all)) {
    for (CLI::Option* option : command->get_options()) {
      if (option->get_type_name() == "FILE") continue;
      option->check([](const std::string& value) {
        return lastpass::IsUtf8(value) ? std::string() : std::string(kNotUtf8);
      });
    }
  }
}

}  // namespace credlink::cli
