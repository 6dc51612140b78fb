#include "tests/model/snapshot.h"

#include <google/protobuf/util/message_differencer.h>

#include <iterator>

#include "absl/strings/str_cat.h"
#include "server/accounts/account_factory.h"

namespace credlink::model {
namespace {

void KeepPresence(bool has, google::protobuf::Timestamp* (v1::Account::*mutable_time)(),
                  v1::Account& account) {
  if (has) (account.*mutable_time)()->Clear();
}

void KeepCode(v1::HealthReason& reason) {
  const v1::ErrorReason code = reason.code();
  reason.Clear();
  reason.set_code(code);
}

void KeepPresence(v1::CredentialInfo& info) {
  if (info.has_create_time()) info.mutable_create_time()->Clear();
  if (info.has_last_verified_time()) info.mutable_last_verified_time()->Clear();
}

// What remains when all that the server chooses is taken away.
v1::Account Determined(v1::Account account) {
  account.clear_uid();
  account.clear_etag();
  KeepPresence(account.has_create_time(), &v1::Account::mutable_create_time, account);
  KeepPresence(account.has_update_time(), &v1::Account::mutable_update_time, account);
  KeepPresence(account.has_delete_time(), &v1::Account::mutable_delete_time, account);
  KeepPresence(account.has_purge_time(), &v1::Account::mutable_purge_time, account);
  KeepPresence(account.has_last_check_time(), &v1::Account::mutable_last_check_time, account);
  KeepPresence(account.has_last_success_time(), &v1::Account::mutable_last_success_time, account);
  if (account.has_health_reason()) KeepCode(*account.mutable_health_reason());
  if (account.has_last_check_reason()) KeepCode(*account.mutable_last_check_reason());
  if (account.has_credential()) KeepPresence(*account.mutable_credential());
  for (v1::CredentialInfo& info : *account.mutable_previous_credentials()) KeepPresence(info);
  return account;
}

std::string Differences(const v1::Account& expected, const v1::Account& actual) {
  std::string text;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&text);
  return differencer.Compare(expected, actual) ? "" : text;
}

}  // namespace

std::map<Tick, absl::Time>::const_iterator Learned::TimeOf(Tick tick) const {
  auto found = times_.upper_bound(tick);
  return found == times_.begin() ? found : std::prev(found);
}

std::string Learned::CompareTime(const char* what, const google::protobuf::Timestamp& time,
                                 Tick tick) {
  const absl::Time at = FromProto(time);
  const auto known = times_.find(tick);
  if (known != times_.end()) {
    return known->second == at ? "" : absl::StrCat(what, " is not that of the change\n");
  }
  const auto next = times_.upper_bound(tick);
  if (next != times_.end() && next->second <= at) {
    return absl::StrCat(what, " is later than that of a later change\n");
  }
  if (next != times_.begin() && std::prev(next)->second >= at) {
    return absl::StrCat(what, " is earlier than that of an earlier change\n");
  }
  times_[tick] = at;
  return "";
}

std::string Learned::CompareFingerprint(const std::string& hash, const std::string& fingerprint) {
  const std::string& known = fingerprints_.try_emplace(hash, fingerprint).first->second;
  const std::string& owner = hashes_.try_emplace(fingerprint, hash).first->second;
  if (known == fingerprint && owner == hash) return "";
  return absl::StrCat("fingerprint ", fingerprint, " of ", hash, " was ", known, "\n");
}

std::string Learned::CompareEtag(const std::string& etag, Identity& identity, int changes) {
  if (etag.empty()) return "no etag\n";
  for (const auto& [count, known] : identity.etags) {
    if ((known == etag) == (count == changes)) continue;
    return absl::StrCat("etag ", etag, " after change ", changes, ", ", known, " after ", count,
                        "\n");
  }
  identity.etags[changes] = etag;
  return "";
}

std::string Learned::Compare(const v1::Account& actual, const Snapshot& expected,
                             bool validate_only) {
  v1::Account determined = Determined(actual);
  std::string wrong;
  const auto name_hash = [&](v1::CredentialInfo& info, const v1::CredentialInfo& hash) {
    absl::StrAppend(&wrong, CompareFingerprint(hash.fingerprint(), info.fingerprint()));
    info.set_fingerprint(hash.fingerprint());
  };
  if (determined.has_credential() && expected.shown.has_credential()) {
    name_hash(*determined.mutable_credential(), expected.shown.credential());
  }
  for (int i = 0; i < determined.previous_credentials_size(); ++i) {
    if (i >= expected.shown.previous_credentials_size()) break;
    name_hash(*determined.mutable_previous_credentials(i), expected.shown.previous_credentials(i));
  }
  absl::StrAppend(&wrong, Differences(expected.shown, determined));
  Identity& identity = *expected.identity;
  if (validate_only && actual.name().empty()) {  // would be linked
    return actual.uid().empty() && actual.etag().empty() ? wrong : wrong + "uid or etag\n";
  }
  if (actual.uid().empty() || (!identity.uid.empty() && actual.uid() != identity.uid)) {
    absl::StrAppend(&wrong, "uid ", actual.uid(), " was ", identity.uid, "\n");
  }
  identity.uid = actual.uid();
  if (!actual.has_credential()) return wrong;  // of one that is erased
  absl::StrAppend(&wrong, CompareEtag(actual.etag(), identity, expected.changes),
                  CompareTime("create_time", actual.create_time(), expected.created));
  if (!validate_only) {
    absl::StrAppend(&wrong, CompareTime("update_time", actual.update_time(), expected.updated));
  }
  return wrong;
}

}  // namespace credlink::model
