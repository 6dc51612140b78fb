// Scripts that let a shell complete the command line, made from the command line's own description.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace credlink::cli {

// What a flag takes stands in its type name; see flags.h.
std::string BashCompletion(const CLI::App& app);
std::string ZshCompletion(const CLI::App& app);

}  // namespace credlink::cli
