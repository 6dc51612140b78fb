// credlink: Credlink on the command line.

#include <iostream>

#include "client/cli/commands.h"
#include "server/ops/process.h"
#include "server/secrets/secret.h"

namespace {

// What was not delivered was not done, whatever the command made of it.
int ExitCodeAfter(int code) {
  std::cout.flush();
  if (std::cout.good()) return code;
  std::cerr << "error: cannot write all of it to standard output\n";
  return credlink::cli::kExitInternal;
}

}  // namespace

int main(int argc, char** argv) {
  credlink::ScrubEnvironment();
  const credlink::cli::Invocation invocation = credlink::cli::ReadCommandLine(argc, argv);
  if (invocation.exit_code) return ExitCodeAfter(*invocation.exit_code);
  // An import holds many hashes. Wiped all the same where the system does not allow it.
  credlink::EnableLockedMemory(invocation.command == credlink::cli::Import ? 4 << 20 : 64 << 10);
  credlink::HardenProcess();
  return ExitCodeAfter(
      invocation.command(invocation.options, credlink::cli::Output(invocation.options.format)));
}
