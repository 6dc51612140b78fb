#include <utility>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/queries.h"

namespace credlink::sqlite {
namespace {

constexpr size_t kByOwner = 1;
constexpr size_t kByProvider = 2;
constexpr size_t kByNumber = 4;

template <size_t... kinds>
std::array<Statement, sizeof...(kinds)> PrepareAll(Connection& connection,
                                                   std::index_sequence<kinds...>) {
  return {connection.Prepare(
      ListQueries::Sql(kinds & kByOwner, kinds & kByProvider, kinds & kByNumber))...};
}

// Each index yields its rows in row_id order, so no query sorts. Where no index has all that is
// asked for, the one is taken that leaves least to step over: a number has few owners, an owner few
// accounts; a provider may have all of the tenant's.
const char* IndexFor(bool by_owner, bool by_provider, bool by_number) {
  if (by_owner && by_provider && by_number) return "accounts_live";
  if (by_number) return "accounts_live_by_number";
  if (by_owner) return "accounts_live_by_owner";
  if (by_provider) return "accounts_live_by_provider";
  return "accounts_live_by_tenant";
}

}  // namespace

ListQueries::ListQueries(Connection& connection)
    : statements_(PrepareAll(connection, std::make_index_sequence<8>())) {}

std::string ListQueries::Sql(bool by_owner, bool by_provider, bool by_number) {
  // INDEXED BY: better a failure at start than a query that sorts a million rows one day.
  return absl::StrCat("SELECT row_id, message FROM accounts INDEXED BY ",
                      IndexFor(by_owner, by_provider, by_number),
                      " WHERE tenant = ?1 AND row_id > ?2 AND state <> 3",
                      by_owner ? " AND owner_id = ?3" : "", by_provider ? " AND provider = ?4" : "",
                      by_number ? " AND account_number = ?5" : "", " ORDER BY row_id LIMIT ?6");
}

absl::StatusOr<AccountPage> ListQueries::List(const ListQuery& query) {
  size_t kind = (query.owner_id.empty() ? 0 : kByOwner) |
                (query.provider.empty() ? 0 : kByProvider) |
                (query.account_number.empty() ? 0 : kByNumber);
  AccountPage page;
  int64_t last = 0;
  size_t bytes = 0;
  // One more than asked for tells whether there is a next page.
  Cursor cursor = statements_[kind].Start(query.tenant, query.after, query.owner_id, query.provider,
                                          query.account_number, int64_t{query.limit} + 1);
  while (cursor.Next()) {
    std::string message = cursor.Bytes(1);
    bytes += message.size();
    if (IsFull(query, page, bytes)) {
      page.next = last;
      break;
    }
    last = cursor.Integer(0);
    page.accounts.push_back(std::move(message));
  }
  if (!cursor.status().ok()) return cursor.status();
  return page;
}

}  // namespace credlink::sqlite
