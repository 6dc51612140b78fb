#include <filesystem>
#include <memory>

#include "absl/strings/str_cat.h"
#include "tests/bench/figures.h"

namespace credlink::bench {
namespace {

constexpr absl::Duration kFillTimeout = absl::Minutes(10);

}  // namespace

absl::StatusOr<std::string> FilledFolder(const Setup& setup, int64_t accounts) {
  const std::string folder = absl::StrCat(setup.disk_folder, "/filled-", accounts);
  if (std::filesystem::exists(folder)) return folder;
  // Under another name until it is whole.
  const std::string growing = absl::StrCat(folder, ".growing");
  Command command;
  command.argv = {setup.programs.fill_store, "--data_dir", growing, "--accounts",
                  absl::StrCat(accounts)};
  command.stderr_file = absl::StrCat(folder, ".log");
  const absl::StatusOr<std::unique_ptr<ChildProcess>> filling = ChildProcess::Start(command);
  if (!filling.ok()) return filling.status();
  const absl::StatusOr<Exit> exit = (*filling)->WaitForExit(kFillTimeout);
  if (!exit.ok()) return exit.status();
  if (exit->code != 0) return absl::InternalError((*filling)->Log());
  std::filesystem::rename(growing, folder);
  return folder;
}

}  // namespace credlink::bench
