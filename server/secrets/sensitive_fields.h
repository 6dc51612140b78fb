// Messages with secret fields, those marked (credlink.v1.sensitive).
#pragma once

#include <google/protobuf/message.h>

namespace credlink {

// Overwrites and clears every sensitive field of the message and of all messages in it.
void WipeSensitiveFields(google::protobuf::Message& message);

}  // namespace credlink
