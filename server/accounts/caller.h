// Who calls.
#pragma once

#include <string>

namespace credlink {

struct Caller {
  // The URI or common name of the caller's certificate, or "local" where the listener asks for
  // none.
  std::string identity;
};

// Event.actor of what the server does by itself.
inline constexpr char kServerIdentity[] = "credlink";

}  // namespace credlink
