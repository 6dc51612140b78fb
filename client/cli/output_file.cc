#include "client/cli/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "absl/strings/str_cat.h"

namespace credlink::cli {
namespace {

// The file that the path leads to, over symbolic links; the path itself where there is none yet.
std::string Resolved(const std::string& path) {
  const std::unique_ptr<char, decltype(&free)> real(realpath(path.c_str(), nullptr), &free);
  return real == nullptr ? path : real.get();
}

bool IsDanglingLink(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) != 0 && lstat(path.c_str(), &info) == 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<OutputFile>> OutputFile::Open(const std::string& path) {
  std::unique_ptr<OutputFile> output(new OutputFile(path.empty() ? "-" : path));
  if (!output->OpenAny()) return absl::InvalidArgumentError(output->Failed(errno));
  return output;
}

bool OutputFile::OpenAny() {
  if (path_ == "-") {
    file_ = stdout;
    return true;
  }
  struct stat info;
  const bool exists = stat(path_.c_str(), &info) == 0;
  if ((exists && !S_ISREG(info.st_mode)) || IsDanglingLink(path_)) {
    file_ = fopen(path_.c_str(), "we");
    return file_ != nullptr;
  }
  path_ = Resolved(path_);
  std::string name = path_ + ".XXXXXX";
  const int fd = mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) return false;
  temporary_ = name;
  file_ = fdopen(fd, "w");
  return file_ != nullptr && (!exists || fchmod(fd, info.st_mode & 07777) == 0);
}

OutputFile::~OutputFile() {
  if (file_ != nullptr && file_ != stdout) fclose(file_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

bool OutputFile::IsTerminal() const { return isatty(fileno(file_)) != 0; }

bool OutputFile::Write(absl::string_view text) {
  if (fwrite(text.data(), 1, text.size(), file_) != text.size() && error_ == 0) error_ = errno;
  return error_ == 0;
}

absl::Status OutputFile::Commit() {
  if (fflush(file_) != 0 && error_ == 0) error_ = errno;
  if (error_ != 0) return absl::InternalError(Failed(error_));
  if (temporary_.empty()) return absl::OkStatus();
  if (fsync(fileno(file_)) != 0 || rename(temporary_.c_str(), path_.c_str()) != 0) {
    return absl::InternalError(Failed(errno));
  }
  temporary_.clear();
  return absl::OkStatus();
}

std::string OutputFile::Failed(int error) const {
  return absl::StrCat("cannot write ", path_ == "-" ? "to standard output" : path_, ": ",
                      std::strerror(error));
}

}  // namespace credlink::cli
