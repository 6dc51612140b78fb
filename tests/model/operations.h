// Random calls on one tenant, such that they often get in each other's way.
#pragma once

#include <deque>
#include <string>
#include <variant>

#include "credlink/v1/link_service.pb.h"
#include "tests/model/listing.h"
#include "tests/model/random.h"
#include "tests/model/reference_model.h"

namespace credlink::model {

using Request =
    std::variant<v1::ValidateCredentialsRequest, v1::LinkAccountRequest, v1::GetAccountRequest,
                 v1::UpdateAccountRequest, v1::RotateCredentialsRequest,
                 v1::RollbackCredentialsRequest, v1::CheckAccountRequest, v1::SuspendAccountRequest,
                 v1::ResumeAccountRequest, v1::DeleteAccountRequest, v1::UndeleteAccountRequest,
                 v1::PurgeAccountRequest, ListCall>;

struct Operation {
  Request request;
  // When the request is malformed: what it is refused with.
  v1::ErrorReason malformed = v1::ERROR_REASON_UNSPECIFIED;
};

// Not thread-safe.
class Operations {
 public:
  // `always_with_id`: every call that changes something has a request_id, so that it can be
  // repeated when its answer is lost.
  Operations(uint64_t seed, const LastPassWorld& world, bool always_with_id)
      : random_(seed), world_(world), always_with_id_(always_with_id) {}

  // What to call next. Whoever asks holds the world shared.
  Operation Next(const ReferenceModel& model, const Learned& learned);
  Random& random() { return random_; }

 private:
  Request Make(const ReferenceModel& model, const Learned& learned);
  Request MakeLink(const ReferenceModel& model);
  Request MakeUpdate(const ReferenceModel& model);
  Request MakeRotate(const ReferenceModel& model);
  Request MakeRollback(const ReferenceModel& model);
  template <typename Message>
  Request MakeOther(const ReferenceModel& model, Message message);
  // The name of an account, mostly in one of the states, if there is one; and an etag.
  std::string NameOf(const ReferenceModel& model, v1::Account::State wanted);
  std::string EtagOf(const ReferenceModel& model, const std::string& name);
  void SetCredentials(const std::string& cid, v1::Credentials& credentials);
  // request_id and validate_only.
  template <typename Message>
  void SetCommon(Message& message);
  void FillLabels(std::string& label, google::protobuf::Map<std::string, std::string>& annotations);

  Random random_;
  const LastPassWorld& world_;
  const bool always_with_id_;
  int ids_ = 0;
  std::deque<Request> earlier_;  // that had a request_id
};

}  // namespace credlink::model
