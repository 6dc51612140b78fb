// One line of the output.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace credlink::bench {

struct Figure {
  std::string name;
  double ratio = 0.0;
  double goal = 0.0;
  double cpu_us_per_call = 0.0;  // of the server that is measured, all its threads
  std::vector<std::pair<std::string, double>> more;
  bool reached = false;
};

// "NAME ratio=R goal=G cpu_us_per_call=C key=value... reached", or "missed" at the end.
std::string ToLine(const Figure& figure);

}  // namespace credlink::bench
