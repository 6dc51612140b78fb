#include "tests/bench/compare.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/load.h"

namespace credlink::bench {
namespace {

constexpr int kOutstanding = 64;
constexpr int kRounds = 7;
constexpr absl::Duration kRoundTime = absl::Milliseconds(800);
constexpr absl::Duration kWarmUpTime = absl::Milliseconds(500);

// What the rounds of one side have told.
struct Rounds {
  std::vector<double> rates;
  int64_t calls = 0;
  absl::Duration cpu;

  double CpuMicrosPerCall() const {
    return calls == 0 ? 0.0 : absl::ToDoubleMicroseconds(cpu) / static_cast<double>(calls);
  }
};

absl::StatusOr<absl::Duration> CpuTime(const Side& side) {
  if (side.server == 0) return absl::ZeroDuration();
  return CpuTimeOf(side.server);
}

absl::Status RunRound(const Side& side, Rounds& rounds) {
  const absl::StatusOr<absl::Duration> before = CpuTime(side);
  if (!before.ok()) return before.status();
  const absl::StatusOr<ClosedLoopResult> result =
      RunClosedLoop(side.target, kOutstanding, kRoundTime);
  if (!result.ok()) return result.status();
  const absl::StatusOr<absl::Duration> after = CpuTime(side);
  if (!after.ok()) return after.status();
  if (result->calls_per_second <= 0) return absl::InternalError("no call ended in a whole round");
  rounds.rates.push_back(result->calls_per_second);
  rounds.calls += result->calls;
  rounds.cpu += *after - *before;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Figure> CompareRates(const std::string& name, double goal, Side subject,
                                    Side baseline, absl::FunctionRef<void()> settle) {
  // Connections, caches and the allocator settle.
  for (const Side& side : {subject, baseline}) {
    const auto warm = RunClosedLoop(side.target, kOutstanding, kWarmUpTime);
    if (!warm.ok()) return warm.status();
    settle();
  }
  Rounds of_subject;
  Rounds of_baseline;
  std::vector<double> ratios;
  for (int i = 0; i < kRounds; ++i) {
    absl::Status status = RunRound(subject, of_subject);
    settle();
    if (status.ok()) status = RunRound(baseline, of_baseline);
    if (!status.ok()) return status;
    ratios.push_back(of_subject.rates.back() / of_baseline.rates.back());
  }
  Figure figure;
  figure.name = name;
  figure.ratio = Median(ratios);
  figure.goal = goal;
  figure.reached = figure.ratio >= goal;
  figure.cpu_us_per_call = of_subject.CpuMicrosPerCall();
  figure.more = {{"calls_per_s", Median(of_subject.rates)},
                 {"baseline_calls_per_s", Median(of_baseline.rates)},
                 {"ratio_min", *std::min_element(ratios.begin(), ratios.end())},
                 {"ratio_max", *std::max_element(ratios.begin(), ratios.end())}};
  if (baseline.server != 0) {
    figure.more.emplace_back("baseline_cpu_us_per_call", of_baseline.CpuMicrosPerCall());
  }
  return figure;
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace credlink::bench
