// Who calls.
#pragma once

#include <string>

namespace credlink {

// Event.actor where the server acts by itself.
inline constexpr char kServerActor[] = "credlink";

struct Caller {
  // The URI or common name of the caller's certificate, or "local" where the listener asks for
  // none.
  std::string identity;
};

}  // namespace credlink
