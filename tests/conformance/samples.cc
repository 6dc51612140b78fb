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

ChangeSet InsertionOf(const NewAccount& account) {
  AccountRecord record;
  record.account_id = account.account_id;
  record.account = account.account;
  record.credential_tag = account.credential_tag;
  record.check_due = account.check_due;
  ChangeSet set = ChangeOf(account.tenant, AccountChange::kInsert, std::move(record));
  set.changes.front().add_credentials.push_back(
      {account.account.credential().version(), account.sealed_credential});
  set.request = account.request;
  set.now = account.now;
  return set;
}

ChangeSet ChangeOf(const std::string& tenant, AccountChange::Kind kind, AccountRecord record) {
  AccountChange change;
  change.kind = kind;
  change.record = std::move(record);
  ChangeSet set;
  set.tenant = tenant;
  set.changes.push_back(std::move(change));
  set.now = kNow;
  return set;
}

RequestRecord MakeRequest(const std::string& request_id, const std::string& response) {
  return RequestRecord{request_id, "digest of " + request_id, response, kNow + absl::Hours(24)};
}

LinkQuery QueryOf(const NewAccount& account) {
  return LinkQuery{account.tenant, account.account_id, account.account.owner().id(),
                   account.account.provider(), account.account.account_number()};
}

ListQuery PageOf(const std::string& tenant, int limit, AccountFilter filter) {
  ListQuery query;
  query.tenant = tenant;
  query.limit = limit;
  query.filter = std::move(filter);
  return query;
}

AccountFilter Equals(Comparison::Field field, const std::string& text) {
  AccountFilter filter;
  filter.kind = AccountFilter::kComparison;
  filter.comparison.field = field;
  filter.comparison.text = text;
  return filter;
}

AccountFilter Compare(Comparison::Field field, Comparison::Operator op, int64_t number) {
  AccountFilter filter;
  filter.kind = AccountFilter::kComparison;
  filter.comparison.field = field;
  filter.comparison.op = op;
  filter.comparison.number = number;
  return filter;
}

AccountFilter Annotated(const std::string& key, const std::string& value) {
  AccountFilter filter = Equals(Comparison::kAnnotation, value);
  filter.comparison.key = key;
  return filter;
}

AccountFilter AllOf(std::vector<AccountFilter> parts) {
  AccountFilter filter;
  filter.kind = AccountFilter::kAnd;
  filter.parts = std::move(parts);
  return filter;
}

AccountFilter AnyOf(std::vector<AccountFilter> parts) {
  AccountFilter filter = AllOf(std::move(parts));
  filter.kind = AccountFilter::kOr;
  return filter;
}

AccountFilter Not(AccountFilter part) {
  AccountFilter filter;
  filter.kind = AccountFilter::kNot;
  filter.parts.push_back(std::move(part));
  return filter;
}

}  // namespace credlink
