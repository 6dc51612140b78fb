// An account as the columns of `accounts` hold it. Made on the caller's thread, so that the writer
// only writes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "server/store/account_changes.h"

namespace credlink::sqlite {

// The columns that indexes hold, the one for due checks aside: a change that leaves them alone
// leaves those indexes alone.
struct IndexedColumns {
  std::string owner_id;
  std::string provider;
  std::string account_number;
  std::string label;
  int64_t state = 0;
  int64_t health = 0;
  int64_t environment = 0;
  int64_t create_time_us = 0;
  int64_t update_time_us = 0;
  absl::optional<int64_t> purge_time_us;  // when deleted

  bool operator==(const IndexedColumns&) const = default;
};

struct AccountRow {
  explicit AccountRow(AccountRecord record);

  std::string account_id;
  IndexedColumns columns;
  int64_t last_success_us = 0;
  int64_t check_due_us = 0;
  std::string credential_tag;
  int64_t restore_state = 0;
  std::string restore_reason;
  int64_t checksum = 0;
  std::string message;
  std::vector<std::pair<std::string, std::string>> annotations;  // by key
};

int64_t ChecksumOf(absl::string_view message);

// What a list shows in the place of a damaged message, serialised.
std::string DamagedMessage(absl::string_view tenant, absl::string_view account_id, int64_t state);

}  // namespace credlink::sqlite
