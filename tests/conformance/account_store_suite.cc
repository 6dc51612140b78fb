#include "tests/conformance/account_store_suite.h"

namespace credlink {

NewAccount MakeAccount(const std::string& tenant, const std::string& account_id,
                       const std::string& owner_id, const std::string& provider,
                       const std::string& account_number) {
  NewAccount account;
  account.tenant = tenant;
  account.account_id = account_id;
  account.account.set_name("tenants/" + tenant + "/accounts/" + account_id);
  account.account.mutable_owner()->set_id(owner_id);
  account.account.mutable_owner()->set_display_name("Owner of " + account_id);
  account.account.set_provider(provider);
  account.account.set_account_number(account_number);
  account.account.set_label(account_id);
  account.account.set_state(v1::Account::STATE_ACTIVE);
  account.account.mutable_credential()->set_version(1);
  account.sealed_credential = "sealed:" + tenant + "/" + account_id;
  account.now = kNow;
  return account;
}

NewAccount MakeAccount(const std::string& tenant, const std::string& account_id) {
  return MakeAccount(tenant, account_id, "owner-" + account_id, "lastpass", "1234567");
}

RequestRecord MakeRequest(const std::string& request_id, const std::string& response) {
  return RequestRecord{request_id, "digest of " + request_id, response, kNow + absl::Hours(24)};
}

LinkQuery QueryOf(const NewAccount& account) {
  return LinkQuery{account.tenant,
                   account.account_id,
                   account.account.owner().id(),
                   account.account.provider(),
                   account.account.account_number(),
                   account.request ? account.request->request_id : "",
                   account.now};
}

ListQuery PageOf(const std::string& tenant, int limit, int64_t after) {
  return ListQuery{tenant, "", "", "", after, limit};
}

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
