// Checks of single fields that several requests have. Each adds what is wrong to `faults`.
#pragma once

#include <google/protobuf/map.h>

#include <string>

#include "absl/strings/string_view.h"
#include "credlink/v1/account.pb.h"
#include "server/faults/faults.h"

namespace credlink {

// Longest label, owner's display name, username, and reason, in characters.
constexpr size_t kMaxText = 200;

// At most `limit` characters, and no control characters.
void CheckText(absl::string_view field, absl::string_view text, size_t limit, FieldFaults& faults);

// See Account.annotations.
void CheckAnnotations(absl::string_view field,
                      const google::protobuf::Map<std::string, std::string>& annotations,
                      FieldFaults& faults);

void CheckEnvironment(absl::string_view field, v1::Environment environment, FieldFaults& faults);

// May be empty.
void CheckRequestId(absl::string_view request_id, FieldFaults& faults);

// How long it is in characters, not bytes; protobuf has made sure that it is UTF-8.
size_t Characters(absl::string_view text);

// Whether every character is a letter, a digit or one of those.
bool HasOnly(absl::string_view text, absl::string_view punctuation);

}  // namespace credlink
