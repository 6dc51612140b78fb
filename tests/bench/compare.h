// Two targets against each other, in alternate rounds, so that whatever else the machine does
// meanwhile falls on both.
#pragma once

#include <sys/types.h>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "tests/bench/figure.h"
#include "tests/bench/target.h"

namespace credlink::bench {

struct Side {
  Target& target;
  pid_t server = 0;  // whose CPU time counts; 0: nobody's
};

// Calls a second of the subject against the baseline's, as a figure whose goal is to be no lower
// than `goal`. The ratio is the median of the rounds'. `settle` runs after each of the subject's
// rounds, and waits for what they left behind: it would slow the baseline.
absl::StatusOr<Figure> CompareRates(
    const std::string& name, double goal, Side subject, Side baseline,
    absl::FunctionRef<void()> settle = [] {});

// Sorts; of the two in the middle, the higher. Not for an empty one.
double Median(std::vector<double> values);

}  // namespace credlink::bench
