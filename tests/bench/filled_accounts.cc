#include "tests/bench/filled_accounts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/accounts/account_factory.h"
#include "server/accounts/names.h"
#include "server/faults/faults.h"

namespace credlink::bench {
namespace {

constexpr size_t kTagBytes = 32;
constexpr size_t kSealedBytes = 160;  // about what a sealed hash takes
constexpr absl::Duration kCheckInterval = absl::Hours(6);

// Of what differs between accounts without an order: SplitMix64, and so the same in every run.
uint64_t Scattered(uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

std::string ScatteredBytes(uint64_t seed, size_t size) {
  std::string bytes;
  while (bytes.size() < size) {
    seed = Scattered(seed);
    bytes.append(reinterpret_cast<const char*>(&seed), sizeof(seed));
  }
  bytes.resize(size);
  return bytes;
}

// As the server makes them: they begin with the time.
std::string UuidOf(int64_t index, absl::Time created) {
  const uint64_t bits = Scattered(index);
  const int64_t millis = absl::ToUnixMillis(created);
  return absl::StrFormat("%08x-%04x-7%03x-%04x-%012x", millis >> 16, millis & 0xffff, bits & 0xfff,
                         0x8000 | ((bits >> 12) & 0x3fff), bits >> 16 & 0xffffffffffff);
}

std::string LabelOf(int64_t index) {
  const int64_t part = index % 10;
  const uint64_t number = Scattered(index) % 10000;
  if (part < 2) return "Head office";
  if (part == 2) return absl::StrFormat("Head office %04d", number);
  if (part < 9) return absl::StrFormat("Branch %04d", number);
  return "";
}

void Annotate(int64_t index, v1::Account& account) {
  constexpr const char* kTeams[] = {"billing", "sales", "support", "partners"};
  const int64_t part = index / 10 % 10;
  auto& annotations = *account.mutable_annotations();
  if (part < 4) annotations["team"] = kTeams[part];
  if (part == 5) annotations["crm/id"] = absl::StrFormat("%016x", Scattered(index));
}

void SetHealth(int64_t index, absl::Time checked, v1::Account& account) {
  account.set_user_count(static_cast<int64_t>(5 + Scattered(index) % 2000));
  *account.mutable_last_check_time() = ToProto(checked);
  *account.mutable_last_success_time() = ToProto(checked);
  account.set_health(v1::Account::HEALTH_HEALTHY);
  if (index % 20 != 13) return;
  account.set_health(v1::Account::HEALTH_UNHEALTHY);
  account.set_consecutive_failures(3);
  *account.mutable_last_success_time() = ToProto(checked - 3 * kCheckInterval);
  v1::HealthReason& reason = *account.mutable_health_reason();
  const v1::ReasonInfo& info = InfoOf(v1::ERROR_REASON_CREDENTIALS_REJECTED);
  reason.set_code(v1::ERROR_REASON_CREDENTIALS_REJECTED);
  reason.set_message(info.message());
  *reason.mutable_next_step() = info.next_step();
  *account.mutable_last_check_reason() = reason;
}

}  // namespace

std::string FilledOwner(int64_t index) {
  if (index % 50 == 49) --index;
  return absl::StrFormat("customer-%016x", Scattered(index));
}

std::string FilledAccountNumber(int64_t index) {
  if (index % 100 == 24) --index;
  // The factor is prime to what is left over, so that no number comes twice.
  return absl::StrCat(10000000 + index * 48271 % 90000000);
}

AccountChange MakeFilledAccount(const std::string& tenant, int64_t index, int64_t count) {
  const absl::Time end = kFilledEnd;
  const absl::Time created =
      end - kFilledSpan * (static_cast<double>(count - 1 - index) / static_cast<double>(count));
  const absl::Time updated =
      created + (end - created) * (static_cast<double>(Scattered(~index) % 1000000) / 1e6);
  AccountChange change;
  change.kind = AccountChange::kInsert;
  AccountRecord& record = change.record;
  record.account_id = UuidOf(index, created);
  record.credential_tag = ScatteredBytes(index, kTagBytes);
  record.check_due = end + kCheckInterval;

  v1::Account& account = record.account;
  account.set_name(FormatAccountName(tenant, record.account_id));
  account.set_uid(record.account_id);
  account.mutable_owner()->set_id(FilledOwner(index));
  account.mutable_owner()->set_display_name(absl::StrCat("Customer ", index));
  account.set_provider("lastpass");
  account.set_account_number(FilledAccountNumber(index));
  account.set_label(LabelOf(index));
  Annotate(index, account);
  account.set_environment(index % 200 == 71 ? v1::ENVIRONMENT_TEST : v1::ENVIRONMENT_PRODUCTION);
  account.set_state(v1::Account::STATE_ACTIVE);
  if (index % 100 == 37) {
    account.set_state(v1::Account::STATE_SUSPENDED);
    account.set_state_reason("The customer's contract has ended.");
  }
  SetHealth(index, std::max(created, end - kCheckInterval), account);
  v1::CredentialInfo& credential = *account.mutable_credential();
  credential.set_version(1);
  credential.set_fingerprint(absl::StrFormat("%016x", Scattered(index)));
  *credential.mutable_create_time() = ToProto(created);
  *credential.mutable_last_verified_time() = account.last_success_time();
  *account.mutable_create_time() = ToProto(created);
  *account.mutable_update_time() = ToProto(updated);
  NewEtag(account);

  SealedVersion sealed;
  sealed.version = 1;
  sealed.sealed = ScatteredBytes(~index, kSealedBytes);
  change.add_credentials.push_back(std::move(sealed));
  return change;
}

}  // namespace credlink::bench
