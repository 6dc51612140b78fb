// What a process that holds secrets does to itself before it starts anything.
#pragma once

#include "absl/time/time.h"
#include "server/ops/log.h"

namespace credlink {

// Removes the environment variables that would make gRPC, libcurl or OpenSSL print or write
// secrets, or send them elsewhere. First thing in main, before any library starts.
void ScrubEnvironment();

// No core dumps, no tracing by other processes of the same user, freed memory overwritten, as many
// open files as the system allows.
void HardenProcess();

// Switches off what libraries check of themselves at each step, for servers.
void DropDebugChecks();

// While it lives, gRPC's own errors go into the log: where they come from only, for their texts may
// hold what a peer has sent; at most ten lines a second. One a process.
class GrpcLogCapture {
 public:
  explicit GrpcLogCapture(Log& log);
  ~GrpcLogCapture();
};

// Blocks SIGTERM and SIGINT for every thread started from now on, and ignores SIGPIPE.
void BlockSignals();

// Waits for one of the blocked signals; its number.
int WaitForSignal();

// Waits for one of them for so long; 0 when none came.
int WaitForSignal(absl::Duration at_most);

// Makes WaitForSignal return, from any thread.
void RaiseStop();

}  // namespace credlink
