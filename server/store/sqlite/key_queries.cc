#include "server/store/sqlite/key_queries.h"

namespace credlink::sqlite {

KeyQueries::KeyQueries(Connection& connection)
    : find_(connection.Prepare("SELECT version, kek_id, blob FROM tenant_keys"
                               " WHERE tenant = ?1 AND version = ?2")),
      find_newest_(connection.Prepare("SELECT version, kek_id, blob FROM tenant_keys"
                                      " WHERE tenant = ?1 ORDER BY version DESC LIMIT 1")),
      insert_(connection.Prepare("INSERT INTO tenant_keys (tenant, version, kek_id, blob)"
                                 " VALUES (?1, ?2, ?3, ?4)"
                                 " ON CONFLICT (tenant, version) DO NOTHING")) {}

absl::StatusOr<absl::optional<WrappedKey>> KeyQueries::Find(const std::string& tenant,
                                                            uint32_t version) {
  absl::optional<WrappedKey> found;
  Cursor cursor = version == 0 ? find_newest_.Start(tenant) : find_.Start(tenant, int64_t{version});
  if (cursor.Next()) {
    found = WrappedKey{tenant, static_cast<uint32_t>(cursor.Integer(0)), cursor.Bytes(1),
                       cursor.Bytes(2)};
  }
  if (!cursor.status().ok()) return cursor.status();
  return found;
}

absl::Status KeyQueries::InsertUnlessThere(const WrappedKey& key) {
  return insert_.Run(key.tenant, int64_t{key.version}, key.kek_id, Blob{key.blob});
}

}  // namespace credlink::sqlite
