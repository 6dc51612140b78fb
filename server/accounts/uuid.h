// UUIDs of version 7 (RFC 9562): sorted by the time they were made.
#pragma once

#include <string>

#include "absl/time/time.h"

namespace credlink {

std::string NewUuid(absl::Time now);

}  // namespace credlink
