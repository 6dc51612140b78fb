#include "tests/bench/cpu_time.h"

#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace credlink::bench {

absl::StatusOr<absl::Duration> CpuTimeOf(pid_t pid) {
  const std::string path = absl::StrCat("/proc/", pid, "/stat");
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  // proc(5): the program's name, field 2, stands in parentheses and may hold anything.
  constexpr size_t kUserTime = 14 - 3;
  constexpr size_t kSystemTime = 15 - 3;
  const size_t name_end = line.rfind(") ");
  int64_t user = 0;
  int64_t system = 0;
  if (name_end != std::string::npos) {
    const std::vector<std::string> fields = absl::StrSplit(line.substr(name_end + 2), ' ');
    if (fields.size() > kSystemTime && absl::SimpleAtoi(fields[kUserTime], &user) &&
        absl::SimpleAtoi(fields[kSystemTime], &system)) {
      return absl::Seconds(user + system) / sysconf(_SC_CLK_TCK);
    }
  }
  return absl::InternalError(absl::StrCat("cannot read ", path));
}

}  // namespace credlink::bench
