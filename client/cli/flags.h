// The flags: what several commands share, and a function for each group of commands. What a flag
// takes stands in its type name, which --help shows and the shells' completion reads: FILE is a
// file, a|b|c is a choice, anything else is free text.
#pragma once

#include <CLI/CLI.hpp>

#include "client/cli/options.h"

namespace credlink::cli {

// A command with the flags that all have: how to reach the server, and how to print.
CLI::App& AddCommand(CLI::App& app, const char* name, const char* about, Command command,
                     Invocation& invocation);

// For one account: its name, and --tenant for its last part alone.
void AddAccount(CLI::App& app, Options& options);
// For a whole tenant.
void AddTenant(CLI::App& app, Options& options);
// --annotation KEY=VALUE, as often as one likes.
CLI::Option* AddAnnotation(CLI::App& app, Options& options, const std::string& about);
void AddHashFile(CLI::App& app, Options& options);
// --request-id and --validate-only, which every change has.
void AddChange(CLI::App& app, Options& options);
// The same with --etag, for what is there already.
void AddChangeOfExisting(CLI::App& app, Options& options);

// validate, link
void AddLinkCommands(CLI::App& app, Invocation& invocation);
// list, get, connectors, watch
void AddReadCommands(CLI::App& app, Invocation& invocation);
// update, suspend, resume, delete, undelete, purge
void AddChangeCommands(CLI::App& app, Invocation& invocation);
// rotate, rollback, check
void AddCredentialCommands(CLI::App& app, Invocation& invocation);
// import, export
void AddFileCommands(CLI::App& app, Invocation& invocation);

}  // namespace credlink::cli
