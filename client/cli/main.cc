// credlink: Credlink on the command line.

#include "client/cli/commands.h"
#include "server/ops/process.h"
#include "server/secrets/secret.h"

int main(int argc, char** argv) {
  credlink::ScrubEnvironment();
  const credlink::cli::Invocation invocation = credlink::cli::ReadCommandLine(argc, argv);
  if (invocation.exit_code) return *invocation.exit_code;
  credlink::EnableLockedMemory(64 << 10);  // wiped all the same where the system does not allow it
  credlink::HardenProcess();
  return invocation.command(invocation.options, credlink::cli::Output(invocation.options.format));
}
