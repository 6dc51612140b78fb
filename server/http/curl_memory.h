// libcurl's process-wide start, with an allocator that wipes.
#pragma once

namespace credlink {

// Starts libcurl once a process so that whatever it frees is overwritten first: request bodies hold
// the provisioning hash, and libcurl copies them into buffers of its own. Thread-safe, may be
// called again. False when libcurl could not start.
bool StartCurl();

}  // namespace credlink
