#include "server/accounts/linker.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <boost/asio/this_coro.hpp>
#include <utility>

#include "absl/strings/escaping.h"
#include "server/accounts/account_factory.h"
#include "server/accounts/credential_context.h"
#include "server/accounts/names.h"
#include "server/faults/faults.h"
#include "server/secrets/sealer.h"

namespace credlink {
namespace {

// Kept back from the caller's deadline for what comes after the probe: sealing, storing, answering.
constexpr absl::Duration kAnswerMargin = absl::Milliseconds(200);
constexpr absl::Duration kRequestIdLifetime = absl::Hours(24);
constexpr size_t kFingerprintBytes = 8;

// The request without its secrets and its id, the same bytes for the same content.
std::string ContentOf(const v1::LinkAccountRequest& request) {
  v1::LinkAccountRequest content = request;
  content.clear_request_id();
  content.clear_credentials();
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);  // the order of annotations
  content.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

LinkQuery QueryOf(const v1::LinkAccountRequest& request, const CheckedCredentials& checked,
                  absl::Time now) {
  LinkQuery query;
  query.tenant = checked.tenant;
  query.account_id = request.account_id();
  query.owner_id = request.owner().id();
  query.provider = std::string(checked.provider->id());
  query.account_number = checked.read.credentials.account_number;
  query.request_id = request.request_id();
  query.now = now;
  return query;
}

template <typename Response>
void AddNotes(const std::vector<v1::InputNote>& notes, Response& response) {
  for (const v1::InputNote& note : notes) *response.add_notes() = note;
}

}  // namespace

Task<absl::StatusOr<v1::ValidateCredentialsResponse>> Linker::Validate(
    Caller caller, v1::ValidateCredentialsRequest& request, Deadline deadline) {
  FieldFaults faults;
  CheckedCredentials checked =
      CheckCredentials(request.parent(), *request.mutable_credentials(), providers_, faults);
  if (!faults.empty()) co_return faults.ToStatus();

  absl::StatusOr<ProbeResult> probe = co_await Prove(checked, deadline);
  if (!probe.ok()) co_return probe.status();
  log_.Info(
      "credentials validated",
      {{"caller", caller.identity},
       {"tenant", checked.tenant},
       {"account_number", checked.read.credentials.account_number},
       {"outcome", v1::Verdict::Outcome_Name(probe->verdict.outcome())},
       {"upstream_class", v1::UpstreamClass_Name(probe->verdict.evidence().upstream_class())}});

  v1::ValidateCredentialsResponse response;
  *response.mutable_verdict() = std::move(probe->verdict);
  response.set_account_number(checked.read.credentials.account_number);
  response.set_user_count(probe->user_count);
  AddNotes(checked.read.notes, response);
  co_return response;
}

Task<absl::StatusOr<v1::LinkAccountResponse>> Linker::Link(Caller caller,
                                                           v1::LinkAccountRequest& request,
                                                           Deadline deadline) {
  FieldFaults faults;
  CheckedCredentials checked =
      CheckCredentials(request.parent(), *request.mutable_credentials(), providers_, faults);
  CheckLinkFields(request, faults);
  if (!faults.empty()) co_return faults.ToStatus();
  const ProviderCredentials& credentials = checked.read.credentials;
  const std::string digest = keys_.Digest(
      "link-request", checked.tenant,
      absl::StrCat(credentials.account_number, "/", ContentOf(request)), credentials.secret);

  // What stands in the way is told before LastPass is bothered.
  absl::StatusOr<InsertOutcome> before =
      co_await store_.CheckInsert(QueryOf(request, checked, clock_.Now()));
  if (!before.ok()) co_return before.status();
  if (before->kind != InsertOutcome::kCreated) {
    co_return RepeatedAnswer(*before, checked.tenant, digest);
  }

  absl::StatusOr<ProbeResult> probe = co_await Prove(checked, deadline);
  if (!probe.ok()) co_return probe.status();
  const v1::Verdict& verdict = probe->verdict;
  if (verdict.outcome() != v1::Verdict::OUTCOME_VALID) {
    log_.Info("link refused",
              {{"caller", caller.identity},
               {"tenant", checked.tenant},
               {"account_number", credentials.account_number},
               {"reason", ReasonName(verdict.reason())},
               {"upstream_class", v1::UpstreamClass_Name(verdict.evidence().upstream_class())}});
    co_return Fault(verdict.reason(), {}, probe->retry_after);
  }

  v1::LinkAccountResponse response;
  *response.mutable_verdict() = verdict;
  AddNotes(checked.read.notes, response);
  v1::Account& account = *response.mutable_account();
  account = AccountFrom(
      request, checked.provider->id(), credentials.account_number, *probe,
      absl::BytesToHexString(keys_.Digest("fingerprint", checked.tenant, "", credentials.secret)
                                 .substr(0, kFingerprintBytes)));
  if (request.validate_only()) co_return response;

  const absl::Time now = clock_.Now();
  Name(account, checked.tenant, request.account_id(), now);
  absl::StatusOr<std::string> sealed =
      co_await SealCredential(checked.tenant, account, credentials.secret);
  if (!sealed.ok()) co_return sealed.status();

  NewAccount stored;
  stored.tenant = checked.tenant;
  stored.account_id = ParseAccountName(account.name())->account_id;
  stored.account = account;
  stored.sealed_credential = *std::move(sealed);
  stored.now = now;
  if (!request.request_id().empty()) {
    stored.request = RequestRecord{request.request_id(), digest, response.SerializeAsString(),
                                   now + kRequestIdLifetime};
  }
  const auto cancelled = co_await boost::asio::this_coro::cancellation_state;
  if (cancelled.cancelled() != boost::asio::cancellation_type::none) {
    co_return Fault(v1::ERROR_REASON_CANCELLED);
  }
  absl::StatusOr<InsertOutcome> outcome = co_await store_.InsertAccount(std::move(stored));
  if (!outcome.ok()) co_return outcome.status();
  if (outcome->kind != InsertOutcome::kCreated) {
    co_return RepeatedAnswer(*outcome, checked.tenant, digest);
  }
  log_.Info("account linked", {{"caller", caller.identity},
                               {"account", account.name()},
                               {"provider", account.provider()},
                               {"account_number", account.account_number()}});
  co_return response;
}

// The provider's verdict, or why there is none: the call was cancelled, or ran out of time.
Task<absl::StatusOr<ProbeResult>> Linker::Prove(const CheckedCredentials& checked,
                                                Deadline deadline) {
  const Deadline until = deadline.Before(kAnswerMargin);
  ProbeResult probe = co_await checked.provider->Probe(checked.read.credentials, until);
  if (probe.cancelled) co_return Fault(v1::ERROR_REASON_CANCELLED);
  if (probe.verdict.outcome() == v1::Verdict::OUTCOME_INDETERMINATE && until.Passed()) {
    co_return Fault(v1::ERROR_REASON_DEADLINE_EXCEEDED);
  }
  co_return probe;
}

Task<absl::StatusOr<std::string>> Linker::SealCredential(const std::string& tenant,
                                                         const v1::Account& account,
                                                         const Secret& secret) {
  absl::StatusOr<std::shared_ptr<const SealingKey>> key = co_await keys_.NewestKey(tenant);
  if (!key.ok()) co_return key.status();
  co_return Seal(**key, CredentialContext(keys_.deployment_id(), tenant, account), secret.Reveal());
}

// What a caller gets when nothing was written: the first answer to its request_id, or why not.
absl::StatusOr<v1::LinkAccountResponse> Linker::RepeatedAnswer(const InsertOutcome& outcome,
                                                               const std::string& tenant,
                                                               const std::string& digest) const {
  switch (outcome.kind) {
    case InsertOutcome::kRequestSeen: {
      v1::LinkAccountResponse response;
      if (outcome.request->digest != digest) return Fault(v1::ERROR_REASON_REQUEST_ID_REUSED);
      if (!response.ParseFromString(outcome.request->response)) {
        return Fault(v1::ERROR_REASON_INTEGRITY_FAILURE);
      }
      return response;
    }
    case InsertOutcome::kAlreadyLinked:
      return Fault(v1::ERROR_REASON_ACCOUNT_ALREADY_LINKED,
                   {"credlink.v1.Account", FormatAccountName(tenant, outcome.existing_account_id)});
    case InsertOutcome::kAccountIdTaken:
      return Fault(v1::ERROR_REASON_ACCOUNT_ID_TAKEN,
                   {"credlink.v1.Account", FormatAccountName(tenant, outcome.existing_account_id)});
    case InsertOutcome::kCreated:
      break;
  }
  return Fault(v1::ERROR_REASON_INTERNAL);
}

}  // namespace credlink
