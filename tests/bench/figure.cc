#include "tests/bench/figure.h"

#include "absl/strings/str_format.h"

namespace credlink::bench {

std::string ToLine(const Figure& figure) {
  std::string line = absl::StrFormat("%s ratio=%.3f goal=%g cpu_us_per_call=%.1f", figure.name,
                                     figure.ratio, figure.goal, figure.cpu_us_per_call);
  for (const auto& [key, value] : figure.more) {
    // Counts and rates need no fractions, milliseconds do.
    absl::StrAppendFormat(&line, value >= 100 ? " %s=%.0f" : " %s=%.3f", key, value);
  }
  return line + (figure.reached ? " reached" : " missed");
}

}  // namespace credlink::bench
