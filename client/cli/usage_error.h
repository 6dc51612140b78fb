// What is wrong with a command line, in words that repeat none of its values: a hash that was put
// where it does not belong must not be shown.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace credlink::cli {

// For CLI::App::failure_message. Names flags, and what they take; of the arguments nothing else.
std::string UsageErrorText(const CLI::App* app, const CLI::Error& error);

// Every value must be UTF-8, as the API's texts are; only a file's name may be anything.
void RequireUtf8(CLI::App& app);

}  // namespace credlink::cli
