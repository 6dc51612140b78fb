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
  // Stores the record in the place of an expired one, and deletes a few others that expired, of any
  // tenant: more than one, so that they get fewer.
  absl::Status Put(absl::string_view tenant, const RequestRecord& record, absl::Time now);

 private:
  Statement find_;
  Statement put_;
  Statement delete_expired_;
};

}  // namespace credlink::sqlite
