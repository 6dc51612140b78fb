// What a tenant of LinkService should be after a series of calls, as link_service.proto has it:
// plain maps, one call after the other, no time and no faults.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "credlink/v1/event.pb.h"
#include "credlink/v1/link_service.pb.h"
#include "tests/model/lastpass_world.h"
#include "tests/model/snapshot.h"

namespace credlink::model {

struct ModelAccount {
  Snapshot now;
  std::map<int64_t, std::string> hashes;  // by version, those that are kept
  v1::Account::State restore_state = v1::Account::STATE_ACTIVE;
  std::string restore_reason{};
  Tick proven = 0;     // the last good check
  Tick installed = 0;  // the current version
  int row = 0;         // counts the accounts of the tenant

  const std::string& hash() const { return hashes.rbegin()->second; }
  v1::Account::State state() const { return now.shown.state(); }
};

struct ExpectedEvent {
  v1::Event::Type type;
  Snapshot account;
};
// Of one change, in any order.
using EventGroup = std::vector<ExpectedEvent>;

// What a call must answer.
struct Expected {
  v1::ErrorReason error = v1::ERROR_REASON_UNSPECIFIED;  // unspecified: OK
  std::string resource;                                  // that the error names, if it does
  const std::string* first_answer = nullptr;             // this again, byte by byte
  absl::optional<Snapshot> account{};
  absl::optional<Proof> proof{};
  int notes = 0;
  std::set<std::string> suspects{};
  std::set<std::string> also_rotated{};
  int erased_versions = 0;
};

// Not thread-safe. Whoever calls Apply holds the world shared from before the call to the server.
class ReferenceModel {
 public:
  ReferenceModel(std::string tenant, const LastPassWorld& world);

  Expected Apply(const v1::ValidateCredentialsRequest& request);
  Expected Apply(const v1::LinkAccountRequest& request);
  Expected Apply(const v1::GetAccountRequest& request);
  Expected Apply(const v1::UpdateAccountRequest& request);
  Expected Apply(const v1::RotateCredentialsRequest& request);
  Expected Apply(const v1::RollbackCredentialsRequest& request);
  Expected Apply(const v1::CheckAccountRequest& request);
  Expected Apply(const v1::SuspendAccountRequest& request);
  Expected Apply(const v1::ResumeAccountRequest& request);
  Expected Apply(const v1::DeleteAccountRequest& request);
  Expected Apply(const v1::UndeleteAccountRequest& request);
  Expected Apply(const v1::PurgeAccountRequest& request);

  // The name that the server has chosen for what is linked next.
  void SetNextName(const std::string& name) { next_name_ = name; }
  // The answer to the call that was applied last, which succeeded: its request_id gets it again.
  void Answered(const google::protobuf::Message& response);
  // 24 hours have passed.
  void ForgetRequests() { requests_.clear(); }

  const std::string& parent() const { return parent_; }
  const std::map<std::string, ModelAccount>& accounts() const { return accounts_; }
  // What happened since the last time.
  std::vector<EventGroup> TakeEvents();

 private:
  struct Request {
    std::string content;
    std::string answer;
  };

  // What every call on an account is asked first. nullopt: nothing stands in the way, and `account`
  // is it.
  template <typename Message>
  absl::optional<Expected> Obstacle(const Message& message, const std::string& name,
                                    const std::string& etag, ModelAccount& account);
  // The same for its request_id.
  template <typename Message>
  absl::optional<Expected> Repeated(const Message& message);
  const ModelAccount* FindLive(const v1::Account& like) const;

  // A change gives the account a new etag, and is an event. Nothing when it is only tried.
  void Record(ModelAccount& account, v1::Event::Type type);
  Expected Decided(ModelAccount account, v1::Event::Type type);
  // Counts the proof; whether the health became another.
  bool Count(const Proof& proof, ModelAccount& account) const;
  void Install(const std::string& hash, const Proof& proof, ModelAccount& account) const;
  // Makes a hash current that must be proven before.
  Expected Swap(ModelAccount account, const std::string& hash, v1::Event::Type type, bool together);
  void SwapOne(ModelAccount& account, const std::string& hash, const Proof& proof,
               v1::Event::Type type);
  void Checked(const Proof& proof, ModelAccount& account);
  // Those in use that hold another hash than the one that is proven now.
  std::set<std::string> Suspect(const ModelAccount& proven);

  const std::string parent_;
  const LastPassWorld& world_;
  std::map<std::string, ModelAccount> accounts_;  // by name
  std::set<std::string> used_names_;
  std::map<std::string, Request> requests_;
  Tick now_ = 0;
  int rows_ = 0;
  // Of the call that was applied last, or is to be.
  std::string next_name_;
  bool trying_ = false;  // validate_only
  Request request_;
  std::string request_id_;
  EventGroup group_;
  std::vector<EventGroup> events_;
};

}  // namespace credlink::model
