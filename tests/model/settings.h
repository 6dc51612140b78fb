// What a run can be told by its environment.
#pragma once

#include <cstdint>

namespace credlink::model {

// CREDLINK_MODEL_SEED; without it another one each time. Printed.
uint64_t Seed();

// CREDLINK_MODEL_OPERATIONS, or else that many.
int OperationCount(int usual);

}  // namespace credlink::model
