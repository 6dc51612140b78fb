// Each method of LinkService, as link_service.proto has it.
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tests/model/reference_model.h"

namespace credlink::model {

using ::google::protobuf::util::MessageDifferencer;

namespace {

struct Pair {
  std::string cid;
  std::string hash;
  int notes = 0;
};

// What was meant by what was entered.
Pair Read(const v1::Credentials& credentials) {
  const v1::LastPassCredentials& entered = credentials.lastpass();
  Pair pair{std::string(absl::StripAsciiWhitespace(entered.account_number())),
            std::string(absl::StripAsciiWhitespace(entered.provisioning_hash()))};
  pair.notes = (pair.cid == entered.account_number() ? 0 : 1) +
               (pair.hash == entered.provisioning_hash() ? 0 : 1);
  return pair;
}

template <typename Message>
std::string ContentOf(Message message) {
  message.clear_request_id();
  if constexpr (requires { message.credentials(); }) {
    const Pair pair = Read(message.credentials());
    message.mutable_credentials()->mutable_lastpass()->set_account_number(pair.cid);
    message.mutable_credentials()->mutable_lastpass()->set_provisioning_hash(pair.hash);
  }
  std::string bytes = message.GetDescriptor()->name();
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

v1::Environment EnvironmentOf(v1::Environment environment) {
  return environment == v1::ENVIRONMENT_UNSPECIFIED ? v1::ENVIRONMENT_PRODUCTION : environment;
}

Expected Fault(v1::ErrorReason error, const std::string& resource = "") {
  Expected expected;
  expected.error = error;
  expected.resource = resource;
  return expected;
}

}  // namespace

template <typename Message>
absl::optional<Expected> ReferenceModel::Repeated(const Message& message) {
  ++now_;
  group_.clear();
  trying_ = message.validate_only();
  request_id_ = message.request_id();
  request_ = {ContentOf(message), ""};
  const auto seen = requests_.find(request_id_);
  if (seen == requests_.end()) return absl::nullopt;
  if (seen->second.content != request_.content) return Fault(v1::ERROR_REASON_REQUEST_ID_REUSED);
  Expected expected;
  expected.first_answer = &seen->second.answer;
  return expected;
}

template <typename Message>
absl::optional<Expected> ReferenceModel::Obstacle(const Message& message, const std::string& name,
                                                  const std::string& etag, ModelAccount& account) {
  if (absl::optional<Expected> repeated = Repeated(message)) return repeated;
  const auto found = accounts_.find(name);
  if (found == accounts_.end()) return Fault(v1::ERROR_REASON_ACCOUNT_NOT_FOUND, name);
  account = found->second;
  // A test can only know the newest etag when it has seen it.
  const auto newest = account.now.identity->etags.find(account.now.changes);
  const bool fresh = newest != account.now.identity->etags.end() && newest->second == etag;
  if (!etag.empty() && !fresh) return Fault(v1::ERROR_REASON_ETAG_MISMATCH, name);
  return absl::nullopt;
}

Expected ReferenceModel::Apply(const v1::ValidateCredentialsRequest& request) {
  const Pair pair = Read(request.credentials());
  Expected expected;
  expected.proof = world_.Prove(pair.cid, pair.hash);
  expected.notes = pair.notes;
  return expected;
}

Expected ReferenceModel::Apply(const v1::GetAccountRequest& request) {
  const auto found = accounts_.find(request.name());
  if (found == accounts_.end()) return Fault(v1::ERROR_REASON_ACCOUNT_NOT_FOUND, request.name());
  Expected expected;
  expected.account = found->second.now;
  return expected;
}

Expected ReferenceModel::Apply(const v1::LinkAccountRequest& request) {
  if (absl::optional<Expected> repeated = Repeated(request)) return *repeated;
  const Pair pair = Read(request.credentials());
  ModelAccount account;
  v1::Account& shown = account.now.shown;
  *shown.mutable_owner() = request.owner();
  shown.set_provider("lastpass");
  shown.set_account_number(pair.cid);
  shown.set_label(request.label());
  *shown.mutable_annotations() = request.annotations();
  shown.set_environment(EnvironmentOf(request.environment()));
  shown.set_state(v1::Account::STATE_ACTIVE);
  const std::string chosen = absl::StrCat(parent_, "/accounts/", request.account_id());
  if (const ModelAccount* live = FindLive(shown)) {
    return Fault(v1::ERROR_REASON_ACCOUNT_ALREADY_LINKED, live->now.shown.name());
  }
  if (used_names_.count(chosen) > 0) return Fault(v1::ERROR_REASON_ACCOUNT_ID_TAKEN, chosen);
  Expected expected;
  expected.proof = world_.Prove(pair.cid, pair.hash);
  expected.notes = pair.notes;
  if (expected.proof->outcome != v1::Verdict::OUTCOME_VALID) return Fault(expected.proof->reason);

  Install(pair.hash, *expected.proof, account);
  shown.mutable_last_check_time();
  shown.mutable_last_success_time();
  account.now.identity = std::make_shared<Identity>();
  if (!trying_) {
    shown.set_name(request.account_id().empty() ? next_name_ : chosen);
    shown.mutable_create_time();
    shown.mutable_update_time();
    account.now.created = now_;
    account.row = ++rows_;
    used_names_.insert(shown.name());
    expected.account = Decided(account, v1::Event::TYPE_LINKED).account;
  } else {
    shown.mutable_credential()->clear_create_time();
    expected.account = account.now;
  }
  expected.suspects = Suspect(account);
  return expected;
}

Expected ReferenceModel::Apply(const v1::UpdateAccountRequest& request) {
  ModelAccount account;
  const std::string& name = request.account().name();
  if (auto obstacle = Obstacle(request, name, request.account().etag(), account)) return *obstacle;
  if (account.state() == v1::Account::STATE_DELETED) {
    return Fault(v1::ERROR_REASON_ACCOUNT_DELETED, name);
  }
  const v1::Account& from = request.account();
  v1::Account& to = account.now.shown;
  for (const std::string& path : request.update_mask().paths()) {
    if (path == "label") to.set_label(from.label());
    if (path == "annotations") *to.mutable_annotations() = from.annotations();
    if (path == "environment") to.set_environment(EnvironmentOf(from.environment()));
    if (path == "owner.display_name") {
      to.mutable_owner()->set_display_name(from.owner().display_name());
    }
    if (path == "owner.username") to.mutable_owner()->set_username(from.owner().username());
  }
  if (MessageDifferencer::Equals(to, accounts_[name].now.shown)) {
    Expected unchanged;
    unchanged.account = account.now;
    return unchanged;
  }
  return Decided(std::move(account), v1::Event::TYPE_UPDATED);
}

Expected ReferenceModel::Apply(const v1::RotateCredentialsRequest& request) {
  ModelAccount account;
  if (auto obstacle = Obstacle(request, request.name(), request.etag(), account)) return *obstacle;
  if (account.state() == v1::Account::STATE_DELETED) {
    return Fault(v1::ERROR_REASON_ACCOUNT_DELETED, request.name());
  }
  const Pair pair = Read(request.credentials());
  if (account.now.shown.account_number() != pair.cid) {
    return Fault(v1::ERROR_REASON_ACCOUNT_NUMBER_MISMATCH);
  }
  Expected expected = Swap(std::move(account), pair.hash, v1::Event::TYPE_CREDENTIALS_ROTATED,
                           request.apply_to_same_account_number());
  expected.notes = pair.notes;
  return expected;
}

Expected ReferenceModel::Apply(const v1::RollbackCredentialsRequest& request) {
  ModelAccount account;
  if (auto obstacle = Obstacle(request, request.name(), request.etag(), account)) return *obstacle;
  if (account.state() == v1::Account::STATE_DELETED) {
    return Fault(v1::ERROR_REASON_ACCOUNT_DELETED, request.name());
  }
  const auto& previous = account.now.shown.previous_credentials();
  const auto wanted = std::find_if(previous.begin(), previous.end(), [&](const auto& info) {
    return request.version() == 0 || info.version() == request.version();
  });
  if (wanted == previous.end()) {
    return Fault(v1::ERROR_REASON_CREDENTIAL_VERSION_NOT_KEPT, request.name());
  }
  const std::string hash = wanted->fingerprint();
  return Swap(std::move(account), hash, v1::Event::TYPE_CREDENTIALS_ROLLED_BACK, false);
}

Expected ReferenceModel::Apply(const v1::CheckAccountRequest& request) {
  ModelAccount account;
  if (auto obstacle = Obstacle(request, request.name(), request.etag(), account)) return *obstacle;
  if (account.state() == v1::Account::STATE_DELETED) {
    return Fault(v1::ERROR_REASON_ACCOUNT_DELETED, request.name());
  }
  if (account.state() == v1::Account::STATE_SUSPENDED) {
    return Fault(v1::ERROR_REASON_ACCOUNT_SUSPENDED, request.name());
  }
  Expected expected;
  const Proof proof = world_.Prove(account.now.shown.account_number(), account.hash());
  Checked(proof, account);
  expected.proof = proof;
  expected.account = account.now;
  if (proof.outcome == v1::Verdict::OUTCOME_VALID) expected.suspects = Suspect(account);
  return expected;
}

Expected ReferenceModel::Apply(const v1::SuspendAccountRequest& request) {
  ModelAccount account;
  if (auto obstacle = Obstacle(request, request.name(), request.etag(), account)) return *obstacle;
  if (account.state() == v1::Account::STATE_SUSPENDED) {
    return Fault(v1::ERROR_REASON_ACCOUNT_SUSPENDED, request.name());
  }
  if (account.state() == v1::Account::STATE_DELETED) {
    return Fault(v1::ERROR_REASON_ACCOUNT_DELETED, request.name());
  }
  account.now.shown.set_state(v1::Account::STATE_SUSPENDED);
  account.now.shown.set_state_reason(request.reason());
  return Decided(std::move(account), v1::Event::TYPE_SUSPENDED);
}

Expected ReferenceModel::Apply(const v1::ResumeAccountRequest& request) {
  ModelAccount account;
  if (auto obstacle = Obstacle(request, request.name(), request.etag(), account)) return *obstacle;
  if (account.state() == v1::Account::STATE_ACTIVE) {
    return Fault(v1::ERROR_REASON_ACCOUNT_NOT_SUSPENDED, request.name());
  }
  if (account.state() == v1::Account::STATE_DELETED) {
    return Fault(v1::ERROR_REASON_ACCOUNT_DELETED, request.name());
  }
  account.now.shown.set_state(v1::Account::STATE_ACTIVE);
  account.now.shown.clear_state_reason();
  return Decided(std::move(account), v1::Event::TYPE_RESUMED);
}

Expected ReferenceModel::Apply(const v1::DeleteAccountRequest& request) {
  ModelAccount account;
  if (auto obstacle = Obstacle(request, request.name(), request.etag(), account)) return *obstacle;
  if (account.state() == v1::Account::STATE_DELETED) {
    return Fault(v1::ERROR_REASON_ACCOUNT_DELETED, request.name());
  }
  account.restore_state = account.state();
  account.restore_reason = account.now.shown.state_reason();
  account.now.shown.set_state(v1::Account::STATE_DELETED);
  account.now.shown.set_state_reason(request.reason());
  account.now.shown.mutable_delete_time();
  account.now.shown.mutable_purge_time();
  return Decided(std::move(account), v1::Event::TYPE_DELETED);
}

Expected ReferenceModel::Apply(const v1::UndeleteAccountRequest& request) {
  ModelAccount account;
  if (auto obstacle = Obstacle(request, request.name(), request.etag(), account)) return *obstacle;
  if (account.state() != v1::Account::STATE_DELETED) {
    return Fault(v1::ERROR_REASON_ACCOUNT_NOT_DELETED, request.name());
  }
  if (const ModelAccount* live = FindLive(account.now.shown)) {
    return Fault(v1::ERROR_REASON_ACCOUNT_ALREADY_LINKED, live->now.shown.name());
  }
  account.now.shown.set_state(account.restore_state);
  account.now.shown.set_state_reason(account.restore_reason);
  account.now.shown.clear_delete_time();
  account.now.shown.clear_purge_time();
  return Decided(std::move(account), v1::Event::TYPE_UNDELETED);
}

Expected ReferenceModel::Apply(const v1::PurgeAccountRequest& request) {
  ModelAccount account;
  if (auto obstacle = Obstacle(request, request.name(), request.etag(), account)) return *obstacle;
  if (account.state() != v1::Account::STATE_DELETED) {
    return Fault(v1::ERROR_REASON_ACCOUNT_NOT_DELETED, request.name());
  }
  Expected expected;
  expected.account = account.now;
  expected.erased_versions = static_cast<int>(account.hashes.size());
  v1::Account remains;
  remains.set_name(request.name());
  remains.set_provider(account.now.shown.provider());
  remains.set_account_number(account.now.shown.account_number());
  account.now.shown = remains;
  Record(account, v1::Event::TYPE_PURGED);
  if (!trying_) accounts_.erase(request.name());
  return expected;
}

}  // namespace credlink::model
