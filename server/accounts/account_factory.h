// How a new account and its health follow from a request and a proof.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "credlink/v1/account.pb.h"
#include "credlink/v1/link_service.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "server/providers/provider.h"

namespace credlink {

google::protobuf::Timestamp ToProto(absl::Time time);

// What the request says of the account, and what a VALID probe has shown; without name, uid, etag
// and credential times, which an account has only once it is stored.
v1::Account AccountFrom(const v1::LinkAccountRequest& request, absl::string_view provider_id,
                        const std::string& account_number, const ProbeResult& probe,
                        const std::string& fingerprint);

// Makes it one to be stored: names it, and sets every time to `now`.
void Name(v1::Account& account, absl::string_view tenant, const std::string& account_id,
          absl::Time now);

}  // namespace credlink
