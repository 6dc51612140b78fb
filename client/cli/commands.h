// The commands, one function each: read the input, call, print, and say how it went.
#pragma once

#include "client/cli/options.h"

namespace credlink::cli {

ExitCode Validate(const Options& options, const Output& output);
ExitCode Link(const Options& options, const Output& output);

ExitCode List(const Options& options, const Output& output);
ExitCode Get(const Options& options, const Output& output);
ExitCode Connectors(const Options& options, const Output& output);
ExitCode Watch(const Options& options, const Output& output);

ExitCode Update(const Options& options, const Output& output);
ExitCode Suspend(const Options& options, const Output& output);
ExitCode Resume(const Options& options, const Output& output);
ExitCode Delete(const Options& options, const Output& output);
ExitCode Undelete(const Options& options, const Output& output);
ExitCode Purge(const Options& options, const Output& output);

ExitCode Rotate(const Options& options, const Output& output);
ExitCode Rollback(const Options& options, const Output& output);
ExitCode Check(const Options& options, const Output& output);

ExitCode Import(const Options& options, const Output& output);
ExitCode Export(const Options& options, const Output& output);

}  // namespace credlink::cli
