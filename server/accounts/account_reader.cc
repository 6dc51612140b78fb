#include "server/accounts/account_reader.h"

#include <algorithm>
#include <utility>

#include "server/accounts/filter.h"
#include "server/accounts/list_order.h"
#include "server/accounts/names.h"
#include "server/accounts/page_token.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 1000;
// Below the 4 MiB that a gRPC client accepts unless it is told otherwise.
constexpr size_t kMaxPageBytes = 3 << 20;

}  // namespace

Task<absl::StatusOr<v1::Account>> AccountReader::Get(v1::GetAccountRequest request) {
  absl::optional<AccountName> name = ParseAccountName(request.name());
  if (!name) co_return MalformedField("name", request.name(), kAccountNameShape);
  absl::StatusOr<absl::optional<AccountRecord>> record =
      co_await store_.GetAccount(name->tenant, name->account_id);
  if (!record.ok()) co_return record.status();
  if (!record->has_value()) {
    co_return Fault(v1::ERROR_REASON_ACCOUNT_NOT_FOUND, AccountSubject(request.name()));
  }
  co_return std::move((*record)->account);
}

Task<absl::StatusOr<AccountList>> AccountReader::List(v1::ListAccountsRequest request) {
  absl::StatusOr<ListQuery> query = QueryOf(request);
  if (!query.ok()) co_return query.status();
  absl::StatusOr<AccountPage> page = co_await store_.ListAccounts(*query);
  if (!page.ok()) co_return page.status();
  AccountList list;
  list.accounts = std::move(page->accounts);
  if (page->next) list.next_page_token = MakePageToken(keys_, query->tenant, request, *page->next);
  if (request.return_total_size()) {
    absl::StatusOr<AccountCount> count = co_await store_.CountAccounts(*std::move(query));
    if (!count.ok()) co_return count.status();
    list.total_size = count->total;
    list.total_size_is_lower_bound = count->more;
  }
  co_return list;
}

absl::StatusOr<ListQuery> AccountReader::QueryOf(const v1::ListAccountsRequest& request) const {
  absl::optional<std::string> tenant = ParseTenantName(request.parent());
  if (!tenant) return MalformedField("parent", request.parent(), kTenantNameShape);
  if (request.page_size() < 0) {
    FieldFaults faults;
    faults.Add("page_size", v1::ERROR_REASON_FIELD_MALFORMED, "Must not be negative.");
    return faults.ToStatus();
  }
  absl::StatusOr<AccountFilter> filter = ParseFilter(request.filter());
  if (!filter.ok()) return filter.status();
  absl::StatusOr<ListOrder> order = ParseOrderBy(request.order_by(), *filter);
  if (!order.ok()) return order.status();
  ListQuery query;
  query.tenant = *tenant;
  query.filter = *std::move(filter);
  query.order = *order;
  query.show_deleted = request.show_deleted();
  query.limit = request.page_size() == 0 ? kDefaultPageSize
                                         : std::min<int>(request.page_size(), kMaxPageSize);
  query.max_bytes = kMaxPageBytes;
  if (!request.page_token().empty()) {
    absl::StatusOr<ListPosition> after =
        ReadPageToken(keys_, *tenant, request, request.page_token());
    if (!after.ok()) return after.status();
    query.after = *std::move(after);
  }
  return query;
}

}  // namespace credlink
