#include "server/store/sqlite/deployment_id.h"

#include <unistd.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace credlink::sqlite {
namespace {

// A random UUID of RFC 9562, version 4.
absl::StatusOr<std::string> RandomUuid() {
  unsigned char bytes[16];
  if (getentropy(bytes, sizeof(bytes)) != 0) {
    return absl::InternalError("the kernel gives no random bytes");
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  std::string hex = absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes), sizeof(bytes)));
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20));
}

}  // namespace

absl::StatusOr<std::string> EnsureDeploymentId(Connection& connection) {
  absl::StatusOr<std::string> fresh = RandomUuid();
  if (!fresh.ok()) return fresh;
  Statement insert = connection.Prepare(
      "INSERT INTO meta (key, value) VALUES ('deployment_id', ?1) ON CONFLICT (key) DO NOTHING");
  Statement find = connection.Prepare("SELECT value FROM meta WHERE key = 'deployment_id'");
  if (!connection.prepare_status().ok()) return connection.prepare_status();
  absl::Status status = insert.Run(*fresh);
  if (!status.ok()) return status;
  absl::StatusOr<absl::optional<std::string>> found = find.Start().OnlyBytes();
  if (!found.ok()) return found.status();
  if (!found->has_value()) return absl::DataLossError("the database has no deployment id");
  return **std::move(found);
}

}  // namespace credlink::sqlite
