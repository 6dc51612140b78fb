// What all calls that change an account have in common; see LinkService in link_service.proto.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "absl/strings/string_view.h"
#include "server/accounts/caller.h"
#include "server/accounts/names.h"
#include "server/faults/faults.h"
#include "server/secrets/key_ring.h"

namespace credlink {

struct Mutation {
  Caller caller;
  AccountName name;
  std::string etag;        // empty: any
  std::string request_id;  // empty: none
  bool validate_only = false;
  std::string digest;  // keyed hash of method and content; set when there is a request_id
};

// One of the server's own: of an account, or without an account_id of the whole tenant.
Mutation OwnMutation(AccountName name);

// Checks what every such request has, and adds what is wrong to `faults`.
template <typename Request>
Mutation CheckMutation(Caller caller, const Request& request, FieldFaults& faults);

// Sets `digest` from the method's name and the whole request but its request_id; of its credentials
// the parts that count, in their stored form, are `account_number` and `secret`.
void SetDigest(const KeyRing& keys, const google::protobuf::Message& request,
               absl::string_view account_number, const Secret& secret, Mutation& mutation);

// The same for whatever names its account in `name_field`.
Mutation CheckMutation(Caller caller, absl::string_view name_field, const std::string& name,
                       const std::string& etag, const std::string& request_id, bool validate_only,
                       FieldFaults& faults);

template <typename Request>
Mutation CheckMutation(Caller caller, const Request& request, FieldFaults& faults) {
  return CheckMutation(std::move(caller), "name", request.name(), request.etag(),
                       request.request_id(), request.validate_only(), faults);
}

}  // namespace credlink
