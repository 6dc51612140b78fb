#include "server/store/sqlite/request_queries.h"

namespace credlink::sqlite {

RequestQueries::RequestQueries(Connection& connection)
    : find_(connection.Prepare("SELECT digest, response, expire_time_us FROM requests"
                               " WHERE tenant = ?1 AND request_id = ?2 AND expire_time_us >= ?3")),
      put_(connection.Prepare(
          "INSERT INTO requests (tenant, request_id, digest, response, expire_time_us)"
          " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant, request_id) DO UPDATE SET"
          " digest = excluded.digest, response = excluded.response,"
          " expire_time_us = excluded.expire_time_us")),
      forget_(connection.Prepare("DELETE FROM requests WHERE rowid IN (SELECT rowid FROM requests"
                                 " WHERE expire_time_us < ?1 ORDER BY expire_time_us LIMIT ?2)")) {}

absl::StatusOr<absl::optional<RequestRecord>> RequestQueries::Find(absl::string_view tenant,
                                                                   absl::string_view request_id,
                                                                   absl::Time now) {
  absl::optional<RequestRecord> found;
  Cursor cursor = find_.Start(tenant, request_id, absl::ToUnixMicros(now));
  if (cursor.Next()) {
    found = RequestRecord{std::string(request_id), cursor.Bytes(0), cursor.Bytes(1),
                          absl::FromUnixMicros(cursor.Integer(2))};
  }
  if (!cursor.status().ok()) return cursor.status();
  return found;
}

absl::Status RequestQueries::Put(absl::string_view tenant, const RequestRecord& record) {
  return put_.Run(tenant, record.request_id, Blob{record.digest}, Blob{record.response},
                  absl::ToUnixMicros(record.expire_time));
}

absl::StatusOr<int64_t> RequestQueries::Forget(absl::Time now, int limit) {
  absl::Status status = forget_.Run(absl::ToUnixMicros(now), int64_t{limit});
  if (!status.ok()) return status;
  return forget_.Changes();
}

}  // namespace credlink::sqlite
