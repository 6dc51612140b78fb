// credlink: Credlink on the command line.

#include "client/cli/commands.h"
#include "server/ops/process.h"
#include "server/secrets/secret.h"

int main(int argc, char** argv) {
  credlink::ScrubEnvironment();
  const credlink::cli::Invocation invocation = credlink::cli::ReadCommandLine(argc, argv);
  if (invocation.exit_code) return *invocation.exit_code;
  // An import holds many hashes. Wiped all the same where the system does not allow it.
  credlink::EnableLockedMemory(invocation.command == credlink::cli::Import ? 4 << 20 : 64 << 10);
  credlink::HardenProcess();
  return invocation.command(invocation.options, credlink::cli::Output(invocation.options.format));
}
