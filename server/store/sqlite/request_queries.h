// The SQL of request records.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "server/store/account_changes.h"
#include "server/store/sqlite/connection.h"

namespace credlink::sqlite {

class RequestQueries {
 public:
  explicit RequestQueries(Connection& connection);

  // The record, unless it expired before `now`.
  absl::StatusOr<absl::optional<RequestRecord>> Find(absl::string_view tenant,
                                                     absl::string_view request_id, absl::Time now);
  // Stores the record, in the place of an expired one.
  absl::Status Put(absl::string_view tenant, const RequestRecord& record);
  // See AccountStore::ForgetRequests.
  absl::StatusOr<int64_t> Forget(absl::Time now, int limit);

 private:
  Statement find_;
  Statement put_;
  Statement forget_;
};

}  // namespace credlink::sqlite
