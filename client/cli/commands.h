// The commands, one function each: read the input, call, print, and say how it went.
#pragma once

#include "client/cli/options.h"

namespace credlink::cli {

ExitCode Validate(const Options& options, const Output& output);
ExitCode Link(const Options& options, const Output& output);
ExitCode List(const Options& options, const Output& output);
ExitCode Get(const Options& options, const Output& output);
ExitCode Connectors(const Options& options, const Output& output);

}  // namespace credlink::cli
