// What UpdateAccount may change.
#pragma once

#include "credlink/v1/link_service.pb.h"
#include "server/faults/faults.h"

namespace credlink {

// Checks the mask and the fields that it names; adds what is wrong to `faults`.
void CheckUpdate(const v1::UpdateAccountRequest& request, FieldFaults& faults);

// Replaces the fields that the checked request's mask names.
void ApplyUpdate(const v1::UpdateAccountRequest& request, v1::Account& account);

}  // namespace credlink
