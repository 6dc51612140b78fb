// What must hold for every body that an answer with HTTP status 200 can have.
#pragma once

#include "absl/strings/string_view.h"
#include "credlink/v1/verdict.pb.h"

namespace credlink::lastpass {

// VALID and INVALID agree with an independent reading of the whole body, nothing else is said to be
// proven, and the way the body is cut changes nothing. Ends the process otherwise;
// returns what was found.
v1::Verdict::Outcome CheckAnswer(absl::string_view body);

}  // namespace credlink::lastpass
