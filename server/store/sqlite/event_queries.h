// The SQL of tenants' events.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "credlink/v1/event.pb.h"
#include "server/store/account_store.h"
#include "server/store/sqlite/connection.h"

namespace credlink::sqlite {

// An event as it is stored, without the sequence, which it gets in the transaction.
struct EventRow {
  v1::Event::Type type = v1::Event::TYPE_UNSPECIFIED;
  int64_t time_us = 0;
  std::string message;
};

class EventQueries {
 public:
  explicit EventQueries(Connection& connection);

  absl::Status Append(absl::string_view tenant, const std::vector<EventRow>& events);
  // Needs a snapshot: a transaction.
  absl::StatusOr<EventPage> List(absl::string_view tenant, int64_t after, int limit,
                                 size_t max_bytes);
  absl::StatusOr<std::vector<TenantOutage>> ListOutages();
  absl::StatusOr<int64_t> Compact(absl::Time before, int limit);

 private:
  // How far the tenant's events go.
  struct Head {
    int64_t last = 0;
    int64_t compacted = 0;
    int64_t time_us = INT64_MIN;
    absl::optional<int64_t> outage_since_us;
  };
  absl::StatusOr<Head> FindHead(absl::string_view tenant);

  Statement find_head_;
  Statement put_head_;
  Statement insert_;
  Statement list_;
  Statement list_outages_;
  Statement find_old_;
  Statement drop_;
  Statement set_compacted_;
};

}  // namespace credlink::sqlite
