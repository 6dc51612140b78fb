#include "server/secrets/file_key_provider.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/faults/faults.h"
#include "server/secrets/crypto.h"
#include "server/secrets/sealer.h"

namespace credlink {
namespace {

constexpr size_t kMaxFileSize = 64 * 1024;
constexpr uint32_t kKekVersion = 1;  // a KEK is found by its id; the version only fills the format

absl::Status Refused(const std::string& path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat("key file ", path, ": ", why));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// absl::HexStringToBytes would leave the key in an ordinary string.
bool ParseKey(absl::string_view line, Secret& key) {
  if (line.size() != 2 * kKeySize) return false;
  key = Secret::OfSize(kKeySize);
  for (size_t i = 0; i < kKeySize; ++i) {
    const int high = HexDigit(line[2 * i]);
    const int low = HexDigit(line[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    key.mutable_data()[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return true;
}

std::string KekId(const Secret& key) {
  const auto mac = HmacSha256(key, "credlink/v1/kek-id");
  return absl::StrCat("file-", absl::BytesToHexString(absl::string_view(
                                   reinterpret_cast<const char*>(mac.data()), 8)));
}

absl::StatusOr<Secret> ReadKeyFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return Refused(path, std::strerror(errno));
  auto closer = absl::MakeCleanup([fd] { close(fd); });
  struct stat info;
  if (fstat(fd, &info) != 0) return Refused(path, std::strerror(errno));
  if (!S_ISREG(info.st_mode)) return Refused(path, "is not a regular file");
  if ((info.st_mode & 077) != 0) {
    return Refused(path, "is open to others; make it readable by its owner alone (chmod 0400)");
  }
  if (info.st_uid != geteuid() && info.st_uid != 0) {
    return Refused(path, "belongs to another user; it must belong to the server's user or to root");
  }
  if (info.st_size == 0 || static_cast<size_t>(info.st_size) > kMaxFileSize) {
    return Refused(path, "is empty or too large to be a key file");
  }
  Secret content = Secret::OfSize(info.st_size);
  size_t have = 0;
  while (have < content.size()) {
    const ssize_t got = read(fd, content.mutable_data() + have, content.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Refused(path, "cannot be read whole");
    have += got;
  }
  return content;
}

SealContext ContextOf(const KeyName& name, absl::string_view kek_id) {
  SealContext context;
  context.purpose = "tenant-key";
  context.deployment = name.deployment;
  context.tenant = name.tenant;
  context.record = kek_id;
  context.version = name.version;
  return context;
}

absl::Status WriteNewFile(const std::string& path, const Secret& content) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
  if (fd < 0) {
    return errno == EEXIST ? absl::AlreadyExistsError(path) : Refused(path, std::strerror(errno));
  }
  const bool written =
      write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
      fsync(fd) == 0;
  const int error = errno;
  close(fd);
  if (!written) {
    unlink(path.c_str());
    return Refused(path, std::strerror(error));
  }
  return absl::OkStatus();
}

absl::Status SyncFolder(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  return synced ? absl::OkStatus() : Refused(path, "its folder cannot be synced to disk");
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileKeyProvider>> FileKeyProvider::Load(const std::string& path) {
  absl::StatusOr<Secret> content = ReadKeyFile(path);
  if (!content.ok()) return content.status();
  std::vector<Kek> keys;
  int line_number = 0;
  for (absl::string_view line : absl::StrSplit(content->Reveal(), '\n')) {
    ++line_number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    Kek kek;
    if (!ParseKey(line, kek.key)) {
      return Refused(path, absl::StrCat("line ", line_number, " is not a key of 64 hex digits"));
    }
    kek.id = KekId(kek.key);
    keys.push_back(std::move(kek));
  }
  if (keys.empty()) return Refused(path, "holds no key");
  return std::unique_ptr<FileKeyProvider>(new FileKeyProvider(std::move(keys)));
}

absl::Status FileKeyProvider::Create(const std::string& path) {
  const Secret key = Secret::Random(kKeySize);
  constexpr absl::string_view kRemark =
      "# Credlink's key encryption key. Without it nothing in the store can be read: keep a copy "
      "apart.\n";
  Secret content = Secret::OfSize(kRemark.size() + 2 * kKeySize + 1);
  uint8_t* out = content.mutable_data();
  std::memcpy(out, kRemark.data(), kRemark.size());
  out += kRemark.size();
  for (size_t i = 0; i < kKeySize; ++i) {
    *out++ = "0123456789abcdef"[key.data()[i] >> 4];
    *out++ = "0123456789abcdef"[key.data()[i] & 15];
  }
  *out = '\n';
  // First whole under another name: a crash leaves no half key under the real one.
  const std::string partial = path + ".new";
  unlink(partial.c_str());
  absl::Status status = WriteNewFile(partial, content);
  if (!status.ok()) return status;
  const bool linked = link(partial.c_str(), path.c_str()) == 0;
  const int error = errno;
  unlink(partial.c_str());
  if (!linked) {
    return error == EEXIST ? absl::AlreadyExistsError(path) : Refused(path, std::strerror(error));
  }
  return SyncFolder(path);
}

Task<absl::StatusOr<std::string>> FileKeyProvider::Wrap(KeyName name, Secret key) {
  const SealingKey kek{kKekVersion, keys_.front().key.Copy()};
  co_return Seal(kek, ContextOf(name, keys_.front().id), key.Reveal(), kKeySize);
}

Task<absl::StatusOr<Secret>> FileKeyProvider::Unwrap(KeyName name, std::string kek_id,
                                                     std::string blob) {
  for (const Kek& kek : keys_) {
    if (kek.id != kek_id) continue;
    const SealingKey key{kKekVersion, kek.key.Copy()};
    co_return Open(key, ContextOf(name, kek.id), blob);
  }
  co_return Fault(v1::ERROR_REASON_KEY_UNAVAILABLE);
}

}  // namespace credlink
