#include "tests/model/reference_model.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace credlink::model {
namespace {

constexpr int kKeptVersions = 3;

Expected Refused(v1::ErrorReason error) {
  Expected expected;
  expected.error = error;
  return expected;
}

void SetReason(v1::ErrorReason code, v1::HealthReason& reason) {
  reason.Clear();
  reason.set_code(code);
}

}  // namespace

ReferenceModel::ReferenceModel(std::string tenant, const LastPassWorld& world)
    : parent_(absl::StrCat("tenants/", tenant)), world_(world) {}

void ReferenceModel::Answered(const google::protobuf::Message& response) {
  if (!trying_ && !request_id_.empty()) {
    request_.answer = response.SerializeAsString();
    requests_[request_id_] = request_;
  }
}

std::vector<EventGroup> ReferenceModel::TakeEvents() { return std::exchange(events_, {}); }

const ModelAccount* ReferenceModel::FindLive(const v1::Account& like) const {
  for (const auto& [name, account] : accounts_) {
    if (account.state() != v1::Account::STATE_DELETED &&
        account.now.shown.owner().id() == like.owner().id() &&
        account.now.shown.account_number() == like.account_number()) {
      return &account;
    }
  }
  return nullptr;
}

void ReferenceModel::Record(ModelAccount& account, v1::Event::Type type) {
  if (trying_) return;
  ++account.now.changes;
  if (group_.empty()) events_.emplace_back();
  group_.push_back({type, account.now});
  events_.back() = group_;
  accounts_[account.now.shown.name()] = account;
}

Expected ReferenceModel::Decided(ModelAccount account, v1::Event::Type type) {
  account.now.updated = now_;
  Record(account, type);
  Expected expected;
  expected.account = account.now;
  return expected;
}

bool ReferenceModel::Count(const Proof& proof, ModelAccount& account) const {
  v1::Account& shown = account.now.shown;
  const v1::Account::Health before = shown.health();
  if (proof.outcome == v1::Verdict::OUTCOME_VALID) {
    account.proven = now_;
    shown.set_health(v1::Account::HEALTH_HEALTHY);
    shown.clear_health_reason();
    shown.clear_last_check_reason();
    shown.set_consecutive_failures(0);
    shown.set_user_count(proof.user_count);
  } else {
    shown.set_consecutive_failures(shown.consecutive_failures() + 1);
    SetReason(proof.reason, *shown.mutable_last_check_reason());
  }
  if (proof.outcome == v1::Verdict::OUTCOME_INVALID) {
    shown.set_health(v1::Account::HEALTH_UNHEALTHY);
    SetReason(proof.reason, *shown.mutable_health_reason());
  }
  return shown.health() != before;
}

void ReferenceModel::Install(const std::string& hash, const Proof& proof,
                             ModelAccount& account) const {
  v1::Account& shown = account.now.shown;
  account.hashes[shown.credential().version() + 1] = hash;
  while (account.hashes.size() > 1 + kKeptVersions) account.hashes.erase(account.hashes.begin());
  shown.clear_previous_credentials();
  for (auto kept = account.hashes.rbegin(); kept != account.hashes.rend(); ++kept) {
    v1::CredentialInfo& info = kept == account.hashes.rbegin() ? *shown.mutable_credential()
                                                               : *shown.add_previous_credentials();
    info.set_version(kept->first);
    info.set_fingerprint(kept->second);
    info.mutable_create_time();
    info.mutable_last_verified_time();
  }
  account.installed = now_;
  account.now.updated = now_;
  Count(proof, account);
}

std::set<std::string> ReferenceModel::Suspect(const ModelAccount& proven) {
  std::set<std::string> names;
  const std::map<std::string, ModelAccount> accounts = accounts_;
  for (auto [name, account] : accounts) {
    v1::Account& shown = account.now.shown;
    if (name == proven.now.shown.name() ||
        shown.account_number() != proven.now.shown.account_number() ||
        account.hash() == proven.hash() || account.state() != v1::Account::STATE_ACTIVE ||
        shown.health() == v1::Account::HEALTH_UNHEALTHY || account.proven >= proven.installed) {
      continue;
    }
    names.insert(name);
    if (shown.health() == v1::Account::HEALTH_SUSPECT) continue;
    shown.set_health(v1::Account::HEALTH_SUSPECT);
    SetReason(v1::ERROR_REASON_HASH_PROBABLY_RESET, *shown.mutable_health_reason());
    Record(account, v1::Event::TYPE_HEALTH_CHANGED);
  }
  return names;
}

void ReferenceModel::Checked(const Proof& proof, ModelAccount& account) {
  if (Count(proof, account)) {
    Record(account, v1::Event::TYPE_HEALTH_CHANGED);
  } else if (!trying_) {
    accounts_[account.now.shown.name()] = account;
  }
}

void ReferenceModel::SwapOne(ModelAccount& account, const std::string& hash, const Proof& proof,
                             v1::Event::Type type) {
  if (account.hash() == hash) return Checked(proof, account);
  Install(hash, proof, account);
  Record(account, type);
}

Expected ReferenceModel::Swap(ModelAccount account, const std::string& hash, v1::Event::Type type,
                              bool together) {
  const std::string cid = account.now.shown.account_number();
  Expected expected;
  expected.proof = world_.Prove(cid, hash);
  if (expected.proof->outcome != v1::Verdict::OUTCOME_VALID) return Refused(expected.proof->reason);
  SwapOne(account, hash, *expected.proof, type);
  expected.account = account.now;
  if (!together) {
    expected.suspects = Suspect(account);
    return expected;
  }
  const std::map<std::string, ModelAccount> accounts = accounts_;
  for (auto [name, other] : accounts) {
    if (name == account.now.shown.name() || other.now.shown.account_number() != cid ||
        other.hash() == hash || other.state() == v1::Account::STATE_DELETED) {
      continue;
    }
    SwapOne(other, hash, *expected.proof, type);
    expected.also_rotated.insert(name);
  }
  return expected;
}

}  // namespace credlink::model
