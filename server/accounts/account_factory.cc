#include "server/accounts/account_factory.h"

#include "absl/strings/str_cat.h"
#include "server/accounts/names.h"
#include "server/accounts/uuid.h"

namespace credlink {

google::protobuf::Timestamp ToProto(absl::Time time) {
  google::protobuf::Timestamp proto;
  const int64_t seconds = absl::ToUnixSeconds(time);
  proto.set_seconds(seconds);
  proto.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return proto;
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
  account.set_etag(absl::StrCat("1-", account.uid().substr(24)));
  *account.mutable_create_time() = ToProto(now);
  *account.mutable_update_time() = ToProto(now);
  *account.mutable_credential()->mutable_create_time() = ToProto(now);
}

}  // namespace credlink
