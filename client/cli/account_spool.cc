#include "client/cli/account_spool.h"

#include <string>

#include "absl/status/statusor.h"

namespace credlink::cli {
namespace {

absl::Status CannotKeep() {
  return absl::InternalError("cannot keep the accounts in the folder for temporary files");
}

}  // namespace

AccountSpool::AccountSpool() : file_(tmpfile()) {}

AccountSpool::~AccountSpool() {
  if (file_ != nullptr) fclose(file_);
}

bool AccountSpool::Add(const v1::Account& account) {
  if (file_ == nullptr) return false;
  const std::string bytes = account.SerializeAsString();
  const size_t size = bytes.size();
  return fwrite(&size, sizeof size, 1, file_) == 1 && fwrite(bytes.data(), 1, size, file_) == size;
}

absl::Status AccountSpool::ForEach(absl::FunctionRef<void(const v1::Account&)> take) {
  if (file_ == nullptr || fflush(file_) != 0 || ferror(file_) != 0) return CannotKeep();
  rewind(file_);
  size_t size = 0;
  std::string bytes;
  v1::Account account;
  while (fread(&size, sizeof size, 1, file_) == 1) {
    bytes.resize(size);
    if (fread(bytes.data(), 1, size, file_) != size) return CannotKeep();
    if (!account.ParseFromString(bytes)) return CannotKeep();
    take(account);
  }
  return ferror(file_) == 0 ? absl::OkStatus() : CannotKeep();
}

}  // namespace credlink::cli
