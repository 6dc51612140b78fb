// The mark that tells one deployment's sealed records from another's.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "server/store/sqlite/connection.h"

namespace credlink::sqlite {

// The database's random UUID, which it is given when it has none.
absl::StatusOr<std::string> EnsureDeploymentId(Connection& connection);

}  // namespace credlink::sqlite
