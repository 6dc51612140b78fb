#include "client/cli/completion.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace credlink::cli {
namespace {

// What a flag or a positional takes.
struct Argument {
  std::string flag;  // "--label"; empty for a positional
  std::string about;
  std::string type;  // "TEXT"; empty for a flag that takes nothing
  bool repeats = false;

  bool IsFile() const { return type == "FILE"; }
  std::vector<std::string> Choices() const {
    if (type.find('|') == std::string::npos) return {};
    return absl::StrSplit(type, '|');
  }
};

struct CommandShape {
  std::string name;
  std::string about;
  std::vector<Argument> arguments;
};

std::vector<Argument> ArgumentsOf(const CLI::App& app) {
  std::vector<Argument> arguments;
  for (const CLI::Option* option : app.get_options()) {
    const bool takes_nothing = option->get_items_expected_max() == 0;
    const std::string type = takes_nothing ? "" : option->get_type_name();
    if (option->get_positional()) {
      arguments.push_back({"", option->get_description(), type});
      continue;
    }
    const bool repeats = option->get_expected_max() > 1;
    for (const std::string& name : option->get_lnames()) {
      arguments.push_back({"--" + name, option->get_description(), type, repeats});
    }
  }
  return arguments;
}

std::vector<CommandShape> CommandsOf(const CLI::App& app) {
  std::vector<CommandShape> commands;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back({sub->get_name(), sub->get_description(), ArgumentsOf(*sub)});
  }
  return commands;
}

// The arm of one command: what comes after its flags, and then what it offers by itself.
std::string BashArm(const CommandShape& command) {
  std::vector<std::string> files, free, words;
  std::string choices;
  std::string rest;
  for (const Argument& argument : command.arguments) {
    if (argument.flag.empty()) {
      if (argument.IsFile()) rest = "        _credlink_files \"$cur\"\n";
      for (const std::string& choice : argument.Choices()) words.push_back(choice);
      continue;
    }
    words.push_back(argument.flag);
    if (argument.IsFile()) {
      files.push_back(argument.flag);
    } else if (!argument.Choices().empty()) {
      absl::StrAppend(&choices, "        ", argument.flag, ") _credlink_words \"",
                      absl::StrJoin(argument.Choices(), " "), "\" \"$cur\"; return ;;\n");
    } else if (!argument.type.empty()) {
      free.push_back(argument.flag);
    }
  }
  std::string arm = absl::StrCat("    ", command.name, ")\n      case $prev in\n", choices);
  if (!files.empty()) {
    absl::StrAppend(&arm, "        ", absl::StrJoin(files, "|"),
                    ") _credlink_files \"$cur\"; return ;;\n");
  }
  if (!free.empty()) absl::StrAppend(&arm, "        ", absl::StrJoin(free, "|"), ") return ;;\n");
  absl::StrAppend(&arm, "      esac\n");
  if (!rest.empty())
    absl::StrAppend(&arm, "      if [[ $cur != -* ]]; then\n", rest, "        return\n      fi\n");
  absl::StrAppend(&arm, "      _credlink_words \"", absl::StrJoin(words, " "), "\" \"$cur\" ;;\n");
  return arm;
}

constexpr char kBashBegin[] =
    R"(# Completion of credlink for bash; made by `credlink completion bash`.

_credlink_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2"); }

_credlink_files() {
  compopt -o filenames 2>/dev/null || :
  mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_credlink() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  # --flag=value comes as three words.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    _credlink_words ")";

// What zsh's _arguments takes for special, inside single quotes.
std::string ZshText(absl::string_view text) {
  return absl::StrReplaceAll(
      text,
      {{"'", "'\\''"}, {"\\", "\\\\"}, {"[", "\\["}, {"]", "\\]"}, {":", "\\:"}, {"\n", " "}});
}

std::string ZshAction(const Argument& argument) {
  if (argument.IsFile()) return "_files";
  return argument.Choices().empty()
             ? " "
             : absl::StrCat("(", absl::StrJoin(argument.Choices(), " "), ")");
}

std::string ZshSpec(const Argument& argument) {
  if (argument.flag.empty()) {
    return absl::StrCat("'1:", ZshText(absl::AsciiStrToLower(argument.type)), ":",
                        ZshAction(argument), "'");
  }
  const std::string head = absl::StrCat("'", argument.repeats ? "*" : "", argument.flag);
  const std::string about = absl::StrCat("[", ZshText(argument.about), "]");
  if (argument.type.empty()) return absl::StrCat(head, about, "'");
  const std::string what =
      argument.Choices().empty() ? ZshText(absl::AsciiStrToLower(argument.type)) : "choice";
  // With "=": the value is a word of its own or stands behind an equals sign.
  return absl::StrCat(head, "=", about, ":", what, ":", ZshAction(argument), "'");
}

}  // namespace

std::string BashCompletion(const CLI::App& app) {
  std::vector<std::string> first;
  std::string arms;
  for (const CommandShape& command : CommandsOf(app)) {
    first.push_back(command.name);
    arms += BashArm(command);
  }
  for (const Argument& argument : ArgumentsOf(app)) first.push_back(argument.flag);
  return absl::StrCat(kBashBegin, absl::StrJoin(first, " "),
                      "\" \"$cur\"\n    return\n  fi\n  case ${COMP_WORDS[1]} in\n", arms,
                      "  esac\n}\n\ncomplete -F _credlink credlink\n");
}

std::string ZshCompletion(const CLI::App& app) {
  std::string script =
      "#compdef credlink\n# Completion of credlink for zsh; made by `credlink completion zsh`.\n\n"
      "_credlink() {\n  local -a commands flags\n  commands=(\n";
  std::string flags, arms;
  for (const Argument& flag : ArgumentsOf(app)) {
    absl::StrAppend(&flags, "    '", flag.flag, ":", ZshText(flag.about), "'\n");
  }
  for (const CommandShape& command : CommandsOf(app)) {
    absl::StrAppend(&script, "    '", command.name, ":", ZshText(command.about), "'\n");
    absl::StrAppend(&arms, "    ", command.name, ")\n      _arguments");
    for (const Argument& argument : command.arguments) {
      absl::StrAppend(&arms, " \\\n        ", ZshSpec(argument));
    }
    arms += " ;;\n";
  }
  return absl::StrCat(
      script, "  )\n  flags=(\n", flags,
      "  )\n  if (( CURRENT == 2 )); then\n"
      "    if [[ $words[2] == -* ]]; then\n      _describe -o flag flags\n    else\n"
      "      _describe -t commands command commands\n    fi\n"
      "    return\n  fi\n  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n"
      "  case $command in\n",
      arms,
      "  esac\n}\n\n"
      "# Found by name it completes at once; sourced, it is registered.\n"
      "if [[ $funcstack[1] == _credlink ]]; then\n  _credlink \"$@\"\nelse\n"
      "  compdef _credlink credlink\nfi\n");
}

}  // namespace credlink::cli
