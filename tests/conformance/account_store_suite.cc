#include "tests/conformance/account_store_suite.h"

namespace credlink {

std::vector<std::string> StoreSuite::Ids(const AccountPage& page) {
  std::vector<std::string> ids;
  for (const std::string& message : page.accounts) {
    v1::Account account;
    EXPECT_TRUE(account.ParseFromString(message));
    // Their names end with them; labels are for tests of labels.
    ids.push_back(account.name().substr(account.name().rfind('/') + 1));
  }
  return ids;
}

std::vector<std::string> StoreSuite::ListAll(ListQuery query) {
  std::vector<std::string> all;
  int pages = 0;
  do {
    AccountPage page = Get(accounts().ListAccounts(query));
    EXPECT_LE(page.accounts.size(), static_cast<size_t>(query.limit));
    for (std::string& id : Ids(page)) all.push_back(std::move(id));
    query.after = page.next;
    EXPECT_LT(++pages, 10000) << "the list does not end";
  } while (query.after && pages < 10000);
  return all;
}

}  // namespace credlink
