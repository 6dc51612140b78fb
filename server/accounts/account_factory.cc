#include "server/accounts/account_factory.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/accounts/names.h"
#include "server/accounts/uuid.h"
#include "server/store/micros.h"

namespace credlink {

google::protobuf::Timestamp ToProto(absl::Time time) {
  // As fine as stores compare times: what is shown and sent back must mean the same.
  time = InMicros(time);
  google::protobuf::Timestamp proto;
  const int64_t seconds = absl::ToUnixSeconds(time);
  proto.set_seconds(seconds);
  proto.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return proto;
}

absl::Time FromProto(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

v1::Account AccountFrom(const v1::LinkAccountRequest& request, absl::string_view provider_id,
                        const std::string& account_number, const ProbeResult& probe,
                        const std::string& fingerprint) {
  v1::Account account;
  *account.mutable_owner() = request.owner();
  account.set_provider(std::string(provider_id));
  account.set_account_number(account_number);
  account.set_label(request.label());
  *account.mutable_annotations() = request.annotations();
  account.set_environment(request.environment() == v1::ENVIRONMENT_UNSPECIFIED
                              ? v1::ENVIRONMENT_PRODUCTION
                              : request.environment());
  account.set_state(v1::Account::STATE_ACTIVE);
  account.set_health(v1::Account::HEALTH_HEALTHY);
  account.set_user_count(probe.user_count);
  v1::CredentialInfo& credential = *account.mutable_credential();
  credential.set_version(1);
  credential.set_fingerprint(fingerprint);
  *credential.mutable_last_verified_time() = probe.verdict.evidence().time();
  *account.mutable_last_check_time() = probe.verdict.evidence().time();
  *account.mutable_last_success_time() = probe.verdict.evidence().time();
  return account;
}

void Name(v1::Account& account, absl::string_view tenant, const std::string& account_id,
          absl::Time now) {
  account.set_uid(NewUuid(now));
  account.set_name(FormatAccountName(tenant, account_id.empty() ? account.uid() : account_id));
  NewEtag(account);
  *account.mutable_create_time() = ToProto(now);
  *account.mutable_update_time() = ToProto(now);
  *account.mutable_credential()->mutable_create_time() = ToProto(now);
}

// A count of the changes, so that no etag comes twice, and something that no other account has.
void NewEtag(v1::Account& account) {
  const size_t dash = account.etag().find('-');
  int64_t count = 0;
  if (dash == std::string::npos || !absl::SimpleAtoi(account.etag().substr(0, dash), &count)) {
    count = 0;
  }
  account.set_etag(absl::StrCat(count + 1, "-", account.uid().substr(24)));
}

void Touch(v1::Account& account, absl::Time now) {
  NewEtag(account);
  *account.mutable_update_time() = ToProto(now);
}

std::vector<int64_t> InstallCredential(v1::Account& account, const std::string& fingerprint,
                                       const ProbeResult& probe, int keep, absl::Time now) {
  auto& previous = *account.mutable_previous_credentials();
  *previous.Add() = account.credential();
  for (int i = previous.size() - 1; i > 0; --i) previous.SwapElements(i, i - 1);
  std::vector<int64_t> dropped;
  while (previous.size() > keep) {
    dropped.push_back(previous.rbegin()->version());
    previous.RemoveLast();
  }
  v1::CredentialInfo& current = *account.mutable_credential();
  current.set_version(current.version() + 1);
  current.set_fingerprint(fingerprint);
  *current.mutable_create_time() = ToProto(now);
  *current.mutable_last_verified_time() = probe.verdict.evidence().time();
  account.set_health(v1::Account::HEALTH_HEALTHY);
  account.clear_health_reason();
  account.clear_last_check_reason();
  account.set_user_count(probe.user_count);
  account.set_consecutive_failures(0);
  *account.mutable_last_check_time() = probe.verdict.evidence().time();
  *account.mutable_last_success_time() = probe.verdict.evidence().time();
  return dropped;
}

v1::Event MakeEvent(v1::Event::Type type, const v1::Account& account, const std::string& actor,
                    absl::Time now) {
  v1::Event event;
  event.set_type(type);
  event.set_actor(actor);
  *event.mutable_account() = account;
  *event.mutable_time() = ToProto(now);
  return event;
}

}  // namespace credlink
