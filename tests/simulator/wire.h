// Answers as bytes on the wire, right ones and wrong ones.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "tests/simulator/fault.h"

namespace credlink::simulator {

struct WireAnswer {
  std::string bytes;
  bool keep_alive = true;
};

// `body` as LastPass would answer with it, changed as the fault says. kHang and kClose are
// the caller's part, and so are time and resets: the bytes are those that go out before.
WireAnswer MakeWireAnswer(const Fault& fault, const std::string& body);

// A plain answer with that status, for the control interface.
std::string MakePlainAnswer(int status, absl::string_view content_type, absl::string_view body);

}  // namespace credlink::simulator
