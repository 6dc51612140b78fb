#include "tests/conformance/account_store_suite.h"

namespace credlink {

std::vector<std::string> StoreSuite::Ids(const AccountPage& page) {
  std::vector<std::string> ids;
  for (const std::string& message : page.accounts) {
    v1::Account account;
    EXPECT_TRUE(account.ParseFromString(message));
    ids.push_back(account.label());
  }
  return ids;
}

std::vector<std::string> StoreSuite::ListAll(ListQuery query) {
  std::vector<std::string> all;
  do {
    AccountPage page = Get(accounts().ListAccounts(query));
    EXPECT_LE(page.accounts.size(), static_cast<size_t>(query.limit));
    EXPECT_TRUE(page.next == 0 || page.next > query.after);
    for (std::string& id : Ids(page)) all.push_back(std::move(id));
    query.after = page.next;
  } while (query.after != 0);
  return all;
}

}  // namespace credlink
