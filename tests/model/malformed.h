// One thing wrong with a request.
#pragma once

#include "tests/model/operations.h"

namespace credlink::model {

// Spoils the request in one field; what it is refused with.
v1::ErrorReason Malform(Request& request, Random& random);

}  // namespace credlink::model
