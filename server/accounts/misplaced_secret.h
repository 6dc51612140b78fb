// People paste the hash into the wrong field, and imports shift their columns.
#pragma once

#include <google/protobuf/message.h>

#include "server/faults/faults.h"
#include "server/secrets/secret.h"

namespace credlink {

// Refuses every field whose text holds the secret: it would be stored, listed and logged in clear.
// The secret itself must have been taken out of the request before. One that is shorter than any
// hash is not looked for: a word may be in many texts.
void CheckHoldsNot(const Secret& secret, const google::protobuf::Message& request,
                   FieldFaults& faults);

}  // namespace credlink
