// The step from version 1 of the schema to version 2.
#pragma once

#include "absl/status/status.h"
#include "server/store/sqlite/connection.h"

namespace credlink::sqlite {

// In whatever transaction the caller began.
absl::Status MigrateToVersion2(Connection& connection);

}  // namespace credlink::sqlite
