// Messages with secret fields, those marked (credlink.v1.sensitive).
#pragma once

#include <google/protobuf/message.h>

namespace credlink {

// Overwrites every string of the message and of all messages in it, and clears it.
void WipeEverything(google::protobuf::Message& message);

// The same for the sensitive fields of the message and of all messages in it, and nothing else.
void WipeSensitiveFields(google::protobuf::Message& message);

}  // namespace credlink
