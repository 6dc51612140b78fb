#include "tests/conformance/samples.h"

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

}  // namespace credlink
