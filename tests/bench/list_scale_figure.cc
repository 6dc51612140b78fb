// list_scale: pages of a long list against the same of a short one.
#include <algorithm>
#include <future>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/bench/compare.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/figures.h"
#include "tests/bench/filled_accounts.h"
#include "tests/bench/load.h"
#include "tests/bench/pages.h"
#include "tests/store/temp_directory.h"

namespace credlink::bench {
namespace {

constexpr double kGoal = 1.2;
constexpr int kPageSize = 100;
constexpr int kDeepPage = 5000;
constexpr int kDeepPageOfFew = 5;
constexpr int kWarmUpCalls = 30;
constexpr int kCalls = 150;  // a side
constexpr int64_t kSomeAccount = 512;

struct Filter {
  std::string name;
  std::string text;
};

std::string Ago(double part) {
  return absl::StrCat(
      "\"",
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", kFilledEnd - kFilledSpan * part, absl::UTCTimeZone()),
      "\"");
}

// Each field that a filter can name, alone. Each has the same part of both stores.
std::vector<Filter> Filters() {
  return {
      {"all", ""},
      {"owner", absl::StrCat("owner.id = \"", FilledOwner(kSomeAccount), "\"")},
      {"number", absl::StrCat("account_number = ", FilledAccountNumber(kSomeAccount))},
      {"provider", "provider = lastpass"},
      {"label", "label = \"Head office\""},
      {"label_prefix", "label = \"Head*\""},
      {"active", "state = ACTIVE"},
      {"suspended", "state = SUSPENDED"},
      {"healthy", "health = HEALTHY"},
      {"unhealthy", "health = UNHEALTHY"},
      {"production", "environment = PRODUCTION"},
      {"test", "environment = TEST"},
      {"annotation", "annotations.team = billing"},
      {"annotation_key", "annotations:team"},
      {"created", absl::StrCat("create_time >= ", Ago(0.9), " AND create_time < ", Ago(0.1))},
      {"updated", absl::StrCat("update_time >= ", Ago(0.7), " AND update_time < ", Ago(0.01))},
  };
}

class ListScale {
 public:
  ListScale(const GrpcServer& many, const GrpcServer& few) : many_(many), few_(few) {}

  absl::StatusOr<Figure> Measure() {
    const std::vector<Filter> filters = Filters();
    // The walks are long, so they go side by side.
    std::vector<std::future<absl::StatusOr<Place>>> walks;
    for (const Filter& filter : filters) {
      walks.push_back(std::async(std::launch::async, [this, &filter] {
        return WalkTo(many_.port, filter.text, kPageSize, kDeepPage);
      }));
    }
    absl::Status status;
    for (size_t i = 0; i < filters.size(); ++i) {
      const absl::StatusOr<Place> place = walks[i].get();
      if (!place.ok()) return place.status();
      deep_.push_back(*place);
    }
    for (size_t i = 0; i < filters.size() && status.ok(); ++i) {
      status = MeasureFilter(filters[i], deep_[i]);
    }
    if (status.ok()) status = MeasureFewByPrefix();
    if (!status.ok()) return status;
    figure_.name = "list_scale";
    figure_.goal = kGoal;
    figure_.reached = figure_.ratio <= kGoal;
    figure_.cpu_us_per_call = absl::ToDoubleMicroseconds(cpu_) / static_cast<double>(calls_);
    return std::move(figure_);
  }

 private:
  absl::Status MeasureFilter(const Filter& filter, const Place& deep) {
    const absl::StatusOr<int> size = CountOnFirstPage(few_.port, filter.text, kPageSize);
    if (!size.ok()) return size.status();
    absl::Status status =
        AddMeasured(filter.name, Page{filter.text, *size}, Page{filter.text, *size});
    if (!status.ok() || deep.page == 1) return status;
    const absl::StatusOr<Place> deep_of_few = WalkTo(few_.port, filter.text, *size, kDeepPageOfFew);
    if (!deep_of_few.ok()) return deep_of_few.status();
    return AddMeasured(absl::StrCat(filter.name, "_p", deep.page),
                       Page{filter.text, *size, deep.token},
                       Page{filter.text, *size, deep_of_few->token});
  }

  absl::Status AddMeasured(const std::string& name, const Page& many, const Page& few) {
    const auto long_list = PageTarget(many_.port, many);
    if (!long_list.ok()) return long_list.status();
    const auto short_list = PageTarget(few_.port, few);
    if (!short_list.ok()) return short_list.status();
    std::vector<double> many_ms;
    std::vector<double> few_ms;
    for (int i = 0; i < kWarmUpCalls + kCalls; ++i) {
      if (i == kWarmUpCalls) {
        many_ms.clear();
        few_ms.clear();
        const absl::StatusOr<absl::Duration> before = CpuTimeOf(many_.process->pid());
        if (!before.ok()) return before.status();
        cpu_ -= *before;
      }
      // Neither always goes first.
      absl::Status status =
          Time(**(i % 2 == 0 ? long_list : short_list), i % 2 == 0 ? many_ms : few_ms);
      if (status.ok()) {
        status = Time(**(i % 2 == 0 ? short_list : long_list), i % 2 == 0 ? few_ms : many_ms);
      }
      if (!status.ok()) return status;
    }
    const absl::StatusOr<absl::Duration> after = CpuTimeOf(many_.process->pid());
    if (!after.ok()) return after.status();
    cpu_ += *after;
    calls_ += kCalls;
    const double ratio = Median(many_ms) / Median(few_ms);
    figure_.ratio = std::max(figure_.ratio, ratio);
    figure_.more.emplace_back(name, ratio);
    if (name == "all") figure_.more.emplace_back("all_ms", Median(many_ms));
    return absl::OkStatus();
  }

  static absl::Status Time(Target& target, std::vector<double>& millis) {
    const absl::StatusOr<absl::Duration> took = TimeOneCall(target);
    if (!took.ok()) return took.status();
    millis.push_back(absl::ToDoubleMilliseconds(*took));
    return absl::OkStatus();
  }

  // Not a page against a page: a handful of accounts is found by looking at all of them.
  absl::Status MeasureFewByPrefix() {
    const absl::StatusOr<Gathered> gathered =
        GatherAll(many_.port, "label = \"Head office 0042*\"", kPageSize);
    if (!gathered.ok()) return gathered.status();
    figure_.more.emplace_back("rare_prefix_all_s", gathered->seconds);
    figure_.more.emplace_back("rare_prefix_accounts", gathered->accounts);
    return absl::OkStatus();
  }

  const GrpcServer& many_;
  const GrpcServer& few_;
  std::vector<Place> deep_;
  Figure figure_;
  absl::Duration cpu_;
  int64_t calls_ = 0;
};

}  // namespace

absl::StatusOr<Figure> MeasureListScale(const Setup& setup) {
  const TempDirectory many_folder(setup.disk_folder);
  const TempDirectory few_folder(setup.disk_folder);
  const absl::StatusOr<std::string> many_data = FilledFolder(setup, kManyAccounts);
  if (!many_data.ok()) return many_data.status();
  const absl::StatusOr<std::string> few_data = FilledFolder(setup, kFewAccounts);
  if (!few_data.ok()) return few_data.status();
  const absl::StatusOr<GrpcServer> many =
      StartOverFilled(setup.programs, many_folder.path(), *many_data);
  if (!many.ok()) return many.status();
  const absl::StatusOr<GrpcServer> few =
      StartOverFilled(setup.programs, few_folder.path(), *few_data);
  if (!few.ok()) return few.status();
  return ListScale(*many, *few).Measure();
}

}  // namespace credlink::bench
