// How the provisioning hash comes in: never on the command line, where every process of the machine
// and the shell's history could read it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "server/secrets/secret.h"

namespace credlink::cli {

// From the file; "-" is standard input, and so is no file at all. When that is a terminal, asks for
// it there, without echo. One line end after it is dropped.
absl::StatusOr<Secret> ReadHash(const std::string& file);

// A whole file of secrets; "-" is standard input. Warns on standard error when its mode lets other
// users read it.
absl::StatusOr<Secret> ReadSecretFile(const std::string& file, size_t max_size);

// Asks at the terminal, with echo. FAILED_PRECONDITION when there is none.
absl::StatusOr<std::string> AskFor(absl::string_view what);

}  // namespace credlink::cli
