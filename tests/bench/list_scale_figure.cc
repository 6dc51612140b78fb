// list_scale: pages of a long list against the same of a short one.
#include <algorithm>
#include <future>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/bench/compare.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/figures.h"
#include "tests/bench/filled_accounts.h"
#include "tests/bench/pages.h"
#include "tests/store/temp_directory.h"

namespace credlink::bench {
namespace {

constexpr double kGoal = 1.2;
constexpr int kPageSize = 100;
constexpr int kDeepPage = 5000;
constexpr int kDeepPageOfFew = 5;
constexpr int kRounds = 7;
constexpr int kWarmUpCalls = 10;
constexpr int kCalls = 31;  // a side and round
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

// The same page of both lists, or what comes nearest to it: with equal numbers of accounts.
struct Pair {
  std::string name;
  Page many;
  Page few;
  size_t many_bytes = 0;
  size_t few_bytes = 0;
  std::vector<double> ratios{};  // of the rounds
  std::vector<double> many_ms{};
};

class ListScale {
 public:
  ListScale(const GrpcServer& many, const GrpcServer& few)
      : many_(many), few_(few), many_reader_(many.port), few_reader_(few.port) {}

  absl::StatusOr<Figure> Measure() {
    absl::Status status = FindPages();
    if (!status.ok()) return status;
    const absl::StatusOr<absl::Duration> before = CpuTimeOf(many_.process->pid());
    if (!before.ok()) return before.status();
    // All pages in each round, so that a mood of the machine meets them all.
    for (int round = 0; round < kRounds; ++round) {
      for (Pair& pair : pairs_) {
        status = RunRound(pair);
        if (!status.ok()) return status;
      }
    }
    const absl::StatusOr<absl::Duration> after = CpuTimeOf(many_.process->pid());
    if (!after.ok()) return after.status();
    Figure figure;
    figure.name = "list_scale";
    figure.goal = kGoal;
    for (const Pair& pair : pairs_) {
      figure.more.emplace_back(pair.name, Median(pair.ratios));
      figure.ratio = std::max(figure.ratio, Median(pair.ratios));
    }
    figure.reached = figure.ratio <= kGoal;
    const double calls = static_cast<double>(pairs_.size()) * kRounds * (kWarmUpCalls + kCalls);
    figure.cpu_us_per_call = absl::ToDoubleMicroseconds(*after - *before) / calls;
    figure.more.emplace_back("first_page_ms", Median(pairs_.front().many_ms));
    // Not a page against a page: what few accounts have is found by looking at all of them.
    const Page rare{"label = \"Head office 0042*\"", kPageSize};
    const absl::StatusOr<Gathered> gathered = many_reader_.GatherFrom(rare);
    if (!gathered.ok()) return gathered.status();
    figure.more.emplace_back("rare_prefix_all_s", gathered->seconds);
    figure.more.emplace_back("rare_prefix_accounts", gathered->accounts);
    return figure;
  }

 private:
  absl::Status FindPages() {
    const std::vector<Filter> filters = Filters();
    // The walks are long, so they go side by side.
    std::vector<std::future<absl::StatusOr<Place>>> walks;
    for (const Filter& filter : filters) {
      walks.push_back(std::async(std::launch::async, [this, &filter] {
        return PageReader(many_.port).WalkTo(filter.text, kPageSize, kDeepPage);
      }));
    }
    absl::Status status;
    for (size_t i = 0; i < filters.size(); ++i) {
      const absl::StatusOr<Place> deep = walks[i].get();
      status.Update(deep.ok() ? FindPagesOf(filters[i], *deep) : deep.status());
    }
    return status;
  }

  absl::Status FindPagesOf(const Filter& filter, const Place& deep) {
    const absl::StatusOr<v1::ListAccountsResponse> whole =
        few_reader_.List(Page{filter.text, static_cast<int>(kFewAccounts)});
    if (!whole.ok()) return whole.status();
    // So few that the short list, too, has a second page and something behind it: reading a token
    // and making one takes a part of a page's time.
    const int size = std::max(1, std::min(kPageSize, (whole->accounts_size() - 1) / 2));
    const Page first_page{filter.text, size};
    const absl::Status status = Add(filter.name, first_page, first_page);
    if (!status.ok() || deep.page == 1) return status;
    const absl::StatusOr<Place> deep_of_few = few_reader_.WalkTo(filter.text, size, kDeepPageOfFew);
    if (!deep_of_few.ok()) return deep_of_few.status();
    return Add(absl::StrCat(filter.name, "_p", deep.page), Page{filter.text, size, deep.token},
               Page{filter.text, size, deep_of_few->token});
  }

  absl::Status Add(const std::string& name, const Page& many, const Page& few) {
    const absl::StatusOr<v1::ListAccountsResponse> of_many = many_reader_.List(many);
    if (!of_many.ok()) return of_many.status();
    const absl::StatusOr<v1::ListAccountsResponse> of_few = few_reader_.List(few);
    if (!of_few.ok()) return of_few.status();
    if (of_many->accounts_size() == 0 || of_many->accounts_size() != of_few->accounts_size()) {
      return absl::InternalError(absl::StrCat("pages of other sizes: ", name));
    }
    pairs_.push_back(Pair{name, many, few, of_many->ByteSizeLong(), of_few->ByteSizeLong()});
    return absl::OkStatus();
  }

  absl::Status RunRound(Pair& pair) {
    std::vector<double> many_ms;
    std::vector<double> few_ms;
    for (int i = 0; i < kWarmUpCalls + kCalls; ++i) {
      // Neither always goes first.
      const bool few_first = i % 2 == 1;
      if (few_first) few_ms.push_back(Millis(few_reader_, pair.few, pair.few_bytes));
      many_ms.push_back(Millis(many_reader_, pair.many, pair.many_bytes));
      if (!few_first) few_ms.push_back(Millis(few_reader_, pair.few, pair.few_bytes));
      if (!failure_.ok()) return failure_;
    }
    many_ms.erase(many_ms.begin(), many_ms.begin() + kWarmUpCalls);
    few_ms.erase(few_ms.begin(), few_ms.begin() + kWarmUpCalls);
    pair.ratios.push_back(Median(many_ms) / Median(few_ms));
    pair.many_ms.push_back(Median(many_ms));
    return absl::OkStatus();
  }

  double Millis(PageReader& reader, const Page& page, size_t bytes) {
    const absl::StatusOr<absl::Duration> took = reader.Time(page, bytes);
    if (took.ok()) return absl::ToDoubleMilliseconds(*took);
    failure_ = took.status();
    return 0;
  }

  const GrpcServer& many_;
  const GrpcServer& few_;
  PageReader many_reader_;
  PageReader few_reader_;
  std::vector<Pair> pairs_;
  absl::Status failure_;
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
