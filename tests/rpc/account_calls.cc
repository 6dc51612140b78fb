#include "tests/rpc/account_calls.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/accounts/account_factory.h"
#include "server/accounts/names.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

// The proof has the server's time.
ProbeResult ValidNow(TestServer& server) {
  ProbeResult result = FakeProvider::Valid();
  *result.verdict.mutable_evidence()->mutable_time() = ToProto(server.clock().Now());
  return result;
}

constexpr int64_t kMostVersions = 16;  // that a test makes

template <typename Request, typename Response>
Answer<Response> Invoke(TestServer& server,
                        grpc::Status (v1::LinkService::Stub::*method)(grpc::ClientContext*,
                                                                      const Request&, Response*),
                        const Request& request) {
  Answer<Response> answer;
  grpc::ClientContext context;
  answer.status = (server.link().*method)(&context, request, &answer.response);
  return answer;
}

}  // namespace

using Stub = v1::LinkService::Stub;

v1::RotateCredentialsRequest RotationTo(absl::string_view name, absl::string_view hash,
                                        absl::string_view account_number) {
  auto request = For<v1::RotateCredentialsRequest>(name);
  auto& lastpass = *request.mutable_credentials()->mutable_lastpass();
  lastpass.set_account_number(std::string(account_number));
  lastpass.set_provisioning_hash(std::string(hash));
  return request;
}

v1::UpdateAccountRequest LabelUpdate(absl::string_view name, absl::string_view label) {
  v1::UpdateAccountRequest request;
  request.mutable_account()->set_name(std::string(name));
  request.mutable_account()->set_label(std::string(label));
  request.mutable_update_mask()->add_paths("label");
  return request;
}

Answer<v1::LinkAccountResponse> Send(TestServer& server, const v1::LinkAccountRequest& request) {
  return Invoke(server, &Stub::LinkAccount, request);
}
Answer<v1::GetAccountResponse> Send(TestServer& server, const v1::GetAccountRequest& request) {
  return Invoke(server, &Stub::GetAccount, request);
}
Answer<v1::UpdateAccountResponse> Send(TestServer& server,
                                       const v1::UpdateAccountRequest& request) {
  return Invoke(server, &Stub::UpdateAccount, request);
}
Answer<v1::RotateCredentialsResponse> Send(TestServer& server,
                                           const v1::RotateCredentialsRequest& request) {
  return Invoke(server, &Stub::RotateCredentials, request);
}
Answer<v1::RollbackCredentialsResponse> Send(TestServer& server,
                                             const v1::RollbackCredentialsRequest& request) {
  return Invoke(server, &Stub::RollbackCredentials, request);
}
Answer<v1::CheckAccountResponse> Send(TestServer& server, const v1::CheckAccountRequest& request) {
  return Invoke(server, &Stub::CheckAccount, request);
}
Answer<v1::SuspendAccountResponse> Send(TestServer& server,
                                        const v1::SuspendAccountRequest& request) {
  return Invoke(server, &Stub::SuspendAccount, request);
}
Answer<v1::ResumeAccountResponse> Send(TestServer& server,
                                       const v1::ResumeAccountRequest& request) {
  return Invoke(server, &Stub::ResumeAccount, request);
}
Answer<v1::DeleteAccountResponse> Send(TestServer& server,
                                       const v1::DeleteAccountRequest& request) {
  return Invoke(server, &Stub::DeleteAccount, request);
}
Answer<v1::UndeleteAccountResponse> Send(TestServer& server,
                                         const v1::UndeleteAccountRequest& request) {
  return Invoke(server, &Stub::UndeleteAccount, request);
}
Answer<v1::PurgeAccountResponse> Send(TestServer& server, const v1::PurgeAccountRequest& request) {
  return Invoke(server, &Stub::PurgeAccount, request);
}

std::string MustLink(TestServer& server, const Linking& linking) {
  v1::LinkAccountRequest request;
  request.set_parent(absl::StrCat("tenants/", linking.tenant));
  request.set_account_id(linking.id);
  request.mutable_owner()->set_id(linking.id);
  auto& lastpass = *request.mutable_credentials()->mutable_lastpass();
  lastpass.set_account_number(linking.number);
  lastpass.set_provisioning_hash(linking.hash);
  const auto answer = Send(server, request);
  if (!answer.ok()) abort();
  return answer.response.account().name();
}

v1::Account Get(TestServer& server, absl::string_view name) {
  return Send(server, For<v1::GetAccountRequest>(name)).response.account();
}

AccountRecord Stored(TestServer& server, absl::string_view name) {
  const AccountName parsed = *ParseAccountName(name);
  auto record =
      RunTask(server.executor(), server.store().GetAccount(parsed.tenant, parsed.account_id));
  return record->value_or(AccountRecord{});
}

absl::optional<std::string> SealedOf(TestServer& server, absl::string_view name, int64_t version) {
  const AccountName parsed = *ParseAccountName(name);
  return *RunTask(server.executor(),
                  server.store().GetSealedCredential(parsed.tenant, parsed.account_id, version));
}

std::vector<v1::Event> EventsOf(TestServer& server, const std::string& tenant) {
  MemoryStore& store = server.store();
  const EventPage stands = *RunTask(server.executor(), store.ListEvents(tenant, 0, 0, 0));
  const EventPage page =
      *RunTask(server.executor(), store.ListEvents(tenant, stands.compacted, 10'000, 1 << 24));
  std::vector<v1::Event> events(page.events.size());
  for (size_t i = 0; i < events.size(); ++i) {
    if (!events[i].ParseFromString(page.events[i])) abort();
  }
  return events;
}

std::vector<v1::Event> EventsOf(TestServer& server, v1::Event::Type type,
                                const std::string& tenant) {
  std::vector<v1::Event> events = EventsOf(server, tenant);
  events.erase(std::remove_if(events.begin(), events.end(),
                              [type](const v1::Event& event) { return event.type() != type; }),
               events.end());
  return events;
}

std::string EverythingOf(TestServer& server, absl::string_view name) {
  const AccountRecord record = Stored(server, name);
  std::string all =
      absl::StrCat(record.account_id, "/", record.revision, "/", record.restore_state, "/",
                   record.restore_reason, "/", absl::ToUnixMicros(record.check_due), "/",
                   record.credential_tag, record.account.SerializeAsString());
  for (int64_t version = 1; version <= kMostVersions; ++version) {
    absl::StrAppend(&all, "/", SealedOf(server, name, version).value_or("none"));
  }
  for (const v1::Event& event : EventsOf(server, ParseAccountName(name)->tenant)) {
    absl::StrAppend(&all, "/", event.SerializeAsString());
  }
  return all;
}

void Refuse(TestServer& server, std::vector<std::string> hashes) {
  server.provider().SetAnswer(
      [&server, hashes = std::move(hashes)](const ProviderCredentials& credentials) {
        const bool refused =
            std::any_of(hashes.begin(), hashes.end(), [&credentials](const std::string& hash) {
              return credentials.secret.Reveal() == absl::string_view(hash);
            });
        return refused ? FakeProvider::Not(v1::Verdict::OUTCOME_INVALID,
                                           v1::ERROR_REASON_CREDENTIALS_REJECTED)
                       : ValidNow(server);
      });
}

void AnswerNothingUseful(TestServer& server) {
  server.provider().SetAnswer([](const ProviderCredentials&) {
    return FakeProvider::Not(v1::Verdict::OUTCOME_INDETERMINATE,
                             v1::ERROR_REASON_UPSTREAM_UNAVAILABLE);
  });
}

void AcceptAll(TestServer& server) {
  server.provider().SetAnswer([&server](const ProviderCredentials&) { return ValidNow(server); });
}

}  // namespace credlink
