// Calls, and looks into the store, that the tests of several methods share.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/rpc/test_server.h"

namespace credlink {

template <typename Response>
struct Answer {
  bool ok() const { return status.ok(); }
  std::string reason() const { return ReasonIn(status); }

  grpc::Status status;
  Response response;
};

// A request about that account.
template <typename Request>
Request For(absl::string_view name) {
  Request request;
  request.set_name(std::string(name));
  return request;
}

v1::RotateCredentialsRequest RotationTo(absl::string_view name, absl::string_view hash,
                                        absl::string_view account_number = "1234567");
// Gives the account another label.
v1::UpdateAccountRequest LabelUpdate(absl::string_view name, absl::string_view label);

Answer<v1::LinkAccountResponse> Send(TestServer& server, const v1::LinkAccountRequest& request);
Answer<v1::GetAccountResponse> Send(TestServer& server, const v1::GetAccountRequest& request);
Answer<v1::UpdateAccountResponse> Send(TestServer& server, const v1::UpdateAccountRequest& request);
Answer<v1::RotateCredentialsResponse> Send(TestServer& server,
                                           const v1::RotateCredentialsRequest& request);
Answer<v1::RollbackCredentialsResponse> Send(TestServer& server,
                                             const v1::RollbackCredentialsRequest& request);
Answer<v1::CheckAccountResponse> Send(TestServer& server, const v1::CheckAccountRequest& request);
Answer<v1::SuspendAccountResponse> Send(TestServer& server,
                                        const v1::SuspendAccountRequest& request);
Answer<v1::ResumeAccountResponse> Send(TestServer& server, const v1::ResumeAccountRequest& request);
Answer<v1::DeleteAccountResponse> Send(TestServer& server, const v1::DeleteAccountRequest& request);
Answer<v1::UndeleteAccountResponse> Send(TestServer& server,
                                         const v1::UndeleteAccountRequest& request);
Answer<v1::PurgeAccountResponse> Send(TestServer& server, const v1::PurgeAccountRequest& request);

// Links an account of that id, whose owner is its id, too. Returns its name. It must succeed.
struct Linking {
  std::string id = "main";
  std::string hash = "hash-1";
  std::string number = "1234567";
  std::string tenant = "acme";
};
std::string MustLink(TestServer& server, const Linking& linking = {});

// What GetAccount answers; an account without a name when that is an error.
v1::Account Get(TestServer& server, absl::string_view name);

// What the store has. A record without id when there is none.
AccountRecord Stored(TestServer& server, absl::string_view name);
absl::optional<std::string> SealedOf(TestServer& server, absl::string_view name, int64_t version);
std::vector<v1::Event> EventsOf(TestServer& server, const std::string& tenant = "acme");
std::vector<v1::Event> EventsOf(TestServer& server, v1::Event::Type type,
                                const std::string& tenant = "acme");
// All of it, so that it can be compared: records, events, and sealed credentials.
std::string EverythingOf(TestServer& server, absl::string_view name);

// What the provider says to each hash; to one that it was not told of, VALID.
void Refuse(TestServer& server, std::vector<std::string> hashes);
void AnswerNothingUseful(TestServer& server);  // INDETERMINATE, UPSTREAM_UNAVAILABLE
void AcceptAll(TestServer& server);

}  // namespace credlink
