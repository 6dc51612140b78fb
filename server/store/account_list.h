// Lists of accounts: what is asked for, and a page of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "server/store/account_filter.h"

namespace credlink {

struct ListOrder {
  // Equal labels are in the order of their create times; equal times in the order of storing.
  enum Key { kCreateTime, kUpdateTime, kLabel };
  Key key = kCreateTime;
  bool descending = false;
};

// A place in an ordered list: behind the account with these.
struct ListPosition {
  std::string label{};  // kLabel only
  int64_t time_us = 0;  // kUpdateTime: the update time; else the create time; since 1970
  int64_t row = 0;      // tells equals apart; never 0
};

struct ListQuery {
  std::string tenant;
  AccountFilter filter{};
  ListOrder order{};
  bool show_deleted = false;
  absl::optional<ListPosition> after{};
  int limit = 0;          // at most so many, > 0
  size_t max_bytes = 0;   // stop before the accounts are larger than this together, but give at
                          // least one; 0: no limit
  int max_steps = 10000;  // look at about so many accounts at most, however few are meant
};

struct AccountPage {
  // Serialised credlink.v1.Account. A record that is damaged is one with its name and health_reason
  // INTEGRITY_FAILURE alone.
  std::vector<std::string> accounts;
  absl::optional<ListPosition> next;  // `after` of the next page; none when there is none
};

struct AccountCount {
  int64_t total = 0;
  bool more = false;  // counting stopped, so there may be more
};

// Whether the page must end before an account with which its accounts would be `bytes` together.
inline bool IsFull(const ListQuery& query, const AccountPage& page, size_t bytes) {
  return page.accounts.size() == static_cast<size_t>(query.limit) ||
         (query.max_bytes > 0 && bytes > query.max_bytes && !page.accounts.empty());
}

}  // namespace credlink
