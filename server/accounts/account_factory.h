// How an account follows from a request and from proofs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "credlink/v1/account.pb.h"
#include "credlink/v1/event.pb.h"
#include "credlink/v1/link_service.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "server/providers/provider.h"

namespace credlink {

// In whole microseconds.
google::protobuf::Timestamp ToProto(absl::Time time);
absl::Time FromProto(const google::protobuf::Timestamp& time);

// What the request says of the account, and what a VALID probe has shown; without name, uid, etag
// and credential times, which an account has only once it is stored.
v1::Account AccountFrom(const v1::LinkAccountRequest& request, absl::string_view provider_id,
                        const std::string& account_number, const ProbeResult& probe,
                        const std::string& fingerprint);

// Makes it one to be stored: names it, and sets every time to `now`.
void Name(v1::Account& account, absl::string_view tenant, const std::string& account_id,
          absl::Time now);

// Marks a change that people can see: a new etag, and when it was made through a call, a new
// update_time.
void NewEtag(v1::Account& account);
void Touch(v1::Account& account, absl::Time now);

// Makes a proven secret the account's current version, and HEALTHY. The former one becomes the
// newest of previous_credentials, of which at most `keep` stay; returns the versions that go.
std::vector<int64_t> InstallCredential(v1::Account& account, const std::string& fingerprint,
                                       const ProbeResult& probe, int keep, absl::Time now);

// An event about the account as it is now.
v1::Event MakeEvent(v1::Event::Type type, const v1::Account& account, const std::string& actor,
                    absl::Time now);

}  // namespace credlink
