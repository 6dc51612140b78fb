#include "tests/model/operations.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/model/malformed.h"

namespace credlink::model {
namespace {

constexpr size_t kEarlier = 40;
constexpr size_t kMostAccounts = 40;
constexpr auto kAnyState = v1::Account::STATE_UNSPECIFIED;

std::string RequestIdOf(const Request& request) {
  return std::visit(
      [](const auto& message) -> std::string {
        if constexpr (requires { message.request_id(); }) return message.request_id();
        return "";
      },
      request);
}

}  // namespace

std::string Operations::NameOf(const ReferenceModel& model, v1::Account::State wanted) {
  std::vector<std::string> names;
  std::vector<std::string> fitting;
  for (const auto& [name, account] : model.accounts()) {
    names.push_back(name);
    if (account.state() == wanted) fitting.push_back(name);
  }
  if (names.empty() || random_.Percent(4)) {
    return absl::StrCat(model.parent(), "/accounts/id-", random_.Below(10 + ids_ / 4));
  }
  return random_.Pick(fitting.empty() || random_.Percent(25) ? names : fitting);
}

std::string Operations::EtagOf(const ReferenceModel& model, const std::string& name) {
  const auto found = model.accounts().find(name);
  if (found == model.accounts().end() || random_.Percent(65)) return "";
  const std::map<int, std::string>& etags = found->second.now.identity->etags;
  if (etags.empty() || random_.Percent(5)) return "1-nonsense";
  if (random_.Percent(70)) return etags.rbegin()->second;
  return std::next(etags.begin(), random_.Below(static_cast<int>(etags.size())))->second;
}

void Operations::SetCredentials(const std::string& cid, v1::Credentials& credentials) {
  const Company& company = world_.company(cid);
  const int chance = random_.Below(100);
  std::string hash = company.live();
  if (chance < 20) hash = random_.Pick(company.hashes);
  if (chance < 5) hash = LastPassWorld::HashOf(cid, 1'000'000 + random_.Below(3));
  const bool pasted = world_.trims() && random_.Percent(15);
  credentials.mutable_lastpass()->set_account_number(
      pasted && random_.Percent(50) ? absl::StrCat(cid, " ") : cid);
  credentials.mutable_lastpass()->set_provisioning_hash(pasted ? absl::StrCat("\t", hash, "\n")
                                                               : hash);
}

template <typename Message>
void Operations::SetCommon(Message& message) {
  message.set_validate_only(random_.Percent(10));
  const int chance = random_.Below(100);
  if (chance < 4 && !earlier_.empty()) {
    message.set_request_id(RequestIdOf(earlier_[random_.Below(static_cast<int>(earlier_.size()))]));
  } else if (chance < 40 || always_with_id_) {
    message.set_request_id(absl::StrCat("request-", ++ids_));
  }
}

void Operations::FillLabels(std::string& label,
                            google::protobuf::Map<std::string, std::string>& annotations) {
  label = random_.Pick(Labels());
  for (int i = random_.Below(3); i > 0; --i) {
    annotations[random_.Pick(AnnotationKeys())] = random_.Pick(AnnotationValues());
  }
}

Request Operations::MakeLink(const ReferenceModel& model) {
  v1::LinkAccountRequest request;
  request.set_parent(model.parent());
  if (random_.Percent(50))
    request.set_account_id(absl::StrCat("id-", random_.Below(10 + ids_ / 4)));
  request.mutable_owner()->set_id(random_.Pick(OwnerIds()));
  if (random_.Percent(30)) request.mutable_owner()->set_display_name("Ann Müller");
  SetCredentials(LastPassWorld::CidOf(random_.Below(LastPassWorld::kCompanies)),
                 *request.mutable_credentials());
  FillLabels(*request.mutable_label(), *request.mutable_annotations());
  request.set_environment(static_cast<v1::Environment>(random_.Below(3)));
  SetCommon(request);
  return request;
}

Request Operations::MakeUpdate(const ReferenceModel& model) {
  v1::UpdateAccountRequest request;
  v1::Account& account = *request.mutable_account();
  account.set_name(NameOf(model, v1::Account::STATE_ACTIVE));
  account.set_etag(EtagOf(model, account.name()));
  FillLabels(*account.mutable_label(), *account.mutable_annotations());
  account.set_environment(static_cast<v1::Environment>(random_.Below(3)));
  account.mutable_owner()->set_display_name(random_.Pick(Labels()));
  account.mutable_owner()->set_username(random_.Pick(OwnerIds()));
  static const std::vector<std::string> kPaths = {"label", "annotations", "environment",
                                                  "owner.display_name", "owner.username"};
  for (int i = random_.Below(3); i >= 0; --i) {
    request.mutable_update_mask()->add_paths(random_.Pick(kPaths));
  }
  SetCommon(request);
  return request;
}

Request Operations::MakeRotate(const ReferenceModel& model) {
  v1::RotateCredentialsRequest request;
  request.set_name(NameOf(model, v1::Account::STATE_ACTIVE));
  request.set_etag(EtagOf(model, request.name()));
  const auto found = model.accounts().find(request.name());
  const bool same = found != model.accounts().end() && random_.Percent(92);
  SetCredentials(same ? found->second.now.shown.account_number()
                      : LastPassWorld::CidOf(random_.Below(LastPassWorld::kCompanies)),
                 *request.mutable_credentials());
  request.set_apply_to_same_account_number(random_.Percent(25));
  SetCommon(request);
  return request;
}

template <typename Message>
Request Operations::MakeOther(const ReferenceModel& model, Message message) {
  v1::Account::State wanted = v1::Account::STATE_ACTIVE;
  if constexpr (std::is_same_v<Message, v1::ResumeAccountRequest>) {
    wanted = v1::Account::STATE_SUSPENDED;
  } else if constexpr (std::is_same_v<Message, v1::UndeleteAccountRequest> ||
                       std::is_same_v<Message, v1::PurgeAccountRequest>) {
    wanted = v1::Account::STATE_DELETED;
  } else if constexpr (std::is_same_v<Message, v1::GetAccountRequest>) {
    wanted = kAnyState;
  }
  message.set_name(NameOf(model, wanted));
  if constexpr (requires { message.set_reason(""); }) {
    if (random_.Percent(50)) message.set_reason("moved away");
  }
  if constexpr (requires { message.set_etag(""); }) {
    message.set_etag(EtagOf(model, message.name()));
    SetCommon(message);
  }
  if constexpr (requires { message.set_version(0); }) {
    if (random_.Percent(60)) message.set_version(1 + random_.Below(8));
  }
  return message;
}

// Rarely does an older hash work again, so accounts with which it would come first.
Request Operations::MakeRollback(const ReferenceModel& model) {
  std::vector<v1::RollbackCredentialsRequest> promising;
  for (const auto& [name, account] : model.accounts()) {
    const v1::Account& shown = account.now.shown;
    for (const v1::CredentialInfo& info : shown.previous_credentials()) {
      if (info.fingerprint() != world_.company(shown.account_number()).live()) continue;
      promising.emplace_back().set_name(name);
      promising.back().set_version(info.version());
    }
  }
  if (promising.empty() || random_.Percent(50)) {
    return MakeOther(model, v1::RollbackCredentialsRequest());
  }
  v1::RollbackCredentialsRequest request = random_.Pick(promising);
  SetCommon(request);
  return request;
}

Request Operations::Make(const ReferenceModel& model, const Learned& learned) {
  if (model.accounts().size() > kMostAccounts && random_.Percent(50)) {
    return MakeOther(model, v1::PurgeAccountRequest());
  }
  const int chance = random_.Below(100);
  if (chance < 3) {
    v1::ValidateCredentialsRequest request;
    request.set_parent(model.parent());
    SetCredentials(LastPassWorld::CidOf(random_.Below(LastPassWorld::kCompanies)),
                   *request.mutable_credentials());
    return request;
  }
  if (chance < 20) return MakeLink(model);
  if (chance < 25) return MakeOther(model, v1::GetAccountRequest());
  if (chance < 36) return MakeUpdate(model);
  if (chance < 48) return MakeRotate(model);
  if (chance < 54) return MakeRollback(model);
  if (chance < 64) return MakeOther(model, v1::CheckAccountRequest());
  if (chance < 70) return MakeOther(model, v1::SuspendAccountRequest());
  if (chance < 75) return MakeOther(model, v1::ResumeAccountRequest());
  if (chance < 81) return MakeOther(model, v1::DeleteAccountRequest());
  if (chance < 86) return MakeOther(model, v1::UndeleteAccountRequest());
  if (chance < 90) return MakeOther(model, v1::PurgeAccountRequest());
  return RandomList(model, learned, random_);
}

Operation Operations::Next(const ReferenceModel& model, const Learned& learned) {
  Operation operation;
  // Mostly the last one, so that every method gets to repeat its successes.
  if (!earlier_.empty() && random_.Percent(12)) {
    operation.request = random_.Percent(70)
                            ? earlier_.back()
                            : earlier_[random_.Below(static_cast<int>(earlier_.size()))];
    return operation;
  }
  operation.request = Make(model, learned);
  if (random_.Percent(3)) {
    operation.malformed = Malform(operation.request, random_);
    return operation;
  }
  if (!RequestIdOf(operation.request).empty()) {
    earlier_.push_back(operation.request);
    if (earlier_.size() > kEarlier) earlier_.pop_front();
  }
  return operation;
}

}  // namespace credlink::model
