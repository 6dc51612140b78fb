// fill_store: makes a data folder for credlinkd with many accounts in one tenant, without LastPass.
// Their credentials cannot be opened: switch the monitor off. There are no events, as after a week
// in which nothing has happened.

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <filesystem>
#include <future>
#include <iostream>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "server/runtime/executor.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/bench/filled_accounts.h"
#include "tests/runtime/run_task.h"

namespace credlink::bench {
namespace {

struct Wanted {
  std::string data_dir;
  std::string tenant = "acme";
  int64_t accounts = 1000000;
  int64_t set_size = 200;  // accounts in one ChangeSet
  size_t sets_waiting = 1000;
};

using Outcome = absl::StatusOr<ChangeOutcome>;

absl::Status StatusOf(const Outcome& outcome) {
  if (!outcome.ok()) return outcome.status();
  if (outcome->kind == ChangeOutcome::kApplied) return absl::OkStatus();
  return absl::AlreadyExistsError("the store has such accounts already");
}

ChangeSet MakeSet(const Wanted& wanted, int64_t first) {
  ChangeSet set;
  set.tenant = wanted.tenant;
  set.now = kFilledEnd;
  const int64_t behind = std::min(first + wanted.set_size, wanted.accounts);
  for (int64_t i = first; i < behind; ++i) {
    set.changes.push_back(MakeFilledAccount(wanted.tenant, i, wanted.accounts));
  }
  return set;
}

// Sets wait for the writer, which puts all that wait into one transaction, while the next are made.
absl::Status Fill(const Wanted& wanted, SqliteStore& store) {
  Executor executor(1);
  std::deque<std::future<Outcome>> waiting;
  absl::Status status;
  for (int64_t first = 0; status.ok() && first < wanted.accounts; first += wanted.set_size) {
    if (waiting.size() == wanted.sets_waiting) {
      status = StatusOf(waiting.front().get());
      waiting.pop_front();
    }
    waiting.push_back(StartTask(executor, store.Apply(MakeSet(wanted, first))));
  }
  for (std::future<Outcome>& outcome : waiting) status.Update(StatusOf(outcome.get()));
  return status;
}

absl::Status FillFolder(const Wanted& wanted) {
  if (mkdir(wanted.data_dir.c_str(), 0700) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(wanted.data_dir, " cannot be made, or is there already"));
  }
  SqliteOptions options;
  options.path = absl::StrCat(wanted.data_dir, "/credlink.db");
  options.group_limit = 1000;
  // The whole database: owners and the like are written all over it.
  options.writer_cache_kib = 4 << 20;
  const auto tell = [](absl::Status why) { std::cerr << why << std::endl; };
  options.on_failure = tell;
  options.on_trouble = tell;
  absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(options);
  if (!store.ok()) return store.status();
  return Fill(wanted, **store);
}

int Run(int argc, char** argv) {
  CLI::App app("Makes a data folder with many accounts in one tenant", "fill_store");
  Wanted wanted;
  app.add_option("--data_dir", wanted.data_dir, "The folder, which must not be there")->required();
  app.add_option("--accounts", wanted.accounts, "How many")->capture_default_str();
  app.add_option("--tenant", wanted.tenant, "Whose")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  const absl::Time start = absl::Now();
  const absl::Status status = FillFolder(wanted);
  if (!status.ok()) {
    std::cerr << status << std::endl;
    return 1;
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  const auto bytes = std::filesystem::file_size(absl::StrCat(wanted.data_dir, "/credlink.db"));
  std::cout << absl::StrFormat("accounts=%d seconds=%.1f accounts_per_s=%.0f bytes=%d\n",
                               wanted.accounts, seconds,
                               static_cast<double>(wanted.accounts) / seconds, bytes);
  return 0;
}

}  // namespace
}  // namespace credlink::bench

int main(int argc, char** argv) { return credlink::bench::Run(argc, argv); }
