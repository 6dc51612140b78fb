#include "server/accounts/reset_rule.h"

#include <algorithm>
#include <utility>

#include "server/accounts/account_factory.h"
#include "server/accounts/health.h"

namespace credlink {
namespace {

bool MayBeReset(const AccountRecord& sibling, const AccountRecord& proven) {
  const v1::Account& account = sibling.account;
  return sibling.account_id != proven.account_id &&
         sibling.credential_tag != proven.credential_tag &&
         !sibling.credential_tag.empty() &&  // not known: it may be the same secret
         account.state() == v1::Account::STATE_ACTIVE &&
         account.health() != v1::Account::HEALTH_UNHEALTHY &&
         FromProto(account.last_success_time()) <
             FromProto(proven.account.credential().create_time());
}

}  // namespace

SiblingQuery SiblingsOf(const std::string& tenant, const AccountRecord& record, int limit) {
  SiblingQuery query;
  query.tenant = tenant;
  query.provider = record.account.provider();
  query.account_number = record.account.account_number();
  query.other_than_tag = record.credential_tag;
  query.limit = limit;
  query.only_working = true;
  return query;
}

std::vector<std::string> SuspectSiblings(const AccountRecord& proven,
                                         const std::vector<AccountRecord>& siblings,
                                         const std::string& actor, absl::Time now,
                                         ChangeSet& changes) {
  std::vector<std::string> names;
  std::vector<std::string> known;
  for (const AccountRecord& sibling : siblings) {
    if (!MayBeReset(sibling, proven) || names.size() == kMaxSuspects) continue;
    if (sibling.account.health() == v1::Account::HEALTH_SUSPECT) {
      known.push_back(sibling.account.name());
      continue;
    }
    names.push_back(sibling.account.name());
    AccountChange change;
    change.record = sibling;
    v1::Account& account = change.record.account;
    account.set_health(v1::Account::HEALTH_SUSPECT);
    *account.mutable_health_reason() = ReasonFor(v1::ERROR_REASON_HASH_PROBABLY_RESET);
    NewEtag(account);
    change.record.check_due = DueFirst(now);
    changes.events.push_back(MakeEvent(v1::Event::TYPE_HEALTH_CHANGED, account, actor, now));
    changes.changes.push_back(std::move(change));
  }
  changes.elsewhere =
      Recheck{proven.account.provider(), proven.account.account_number(), proven.credential_tag,
              FromProto(proven.account.credential().create_time())};
  known.resize(std::min(known.size(), kMaxSuspects - names.size()));
  names.insert(names.end(), known.begin(), known.end());
  return names;
}

}  // namespace credlink
