// How a fuzz target says that a property does not hold.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace credlink {

// Ends the process, which libFuzzer and GoogleTest both report, unless `holds`.
inline void Check(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "Does not hold: %s\n", property);
  std::abort();
}

}  // namespace credlink
