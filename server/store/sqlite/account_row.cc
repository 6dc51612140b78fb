#include "server/store/sqlite/account_row.h"

#include <zlib.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "credlink/v1/error_reason.pb.h"
#include "server/faults/faults.h"
#include "server/store/micros.h"

namespace credlink::sqlite {
namespace {

IndexedColumns ColumnsOf(const v1::Account& account) {
  IndexedColumns columns;
  columns.owner_id = account.owner().id();
  columns.provider = account.provider();
  columns.account_number = account.account_number();
  columns.label = account.label();
  columns.state = account.state();
  columns.health = account.health();
  columns.environment = account.environment();
  columns.create_time_us = Micros(account.create_time());
  columns.update_time_us = Micros(account.update_time());
  if (account.has_purge_time()) columns.purge_time_us = Micros(account.purge_time());
  return columns;
}

}  // namespace

AccountRow::AccountRow(AccountRecord record)
    : account_id(std::move(record.account_id)),
      columns(ColumnsOf(record.account)),
      last_success_us(Micros(record.account.last_success_time())),
      check_due_us(absl::ToUnixMicros(record.check_due)),
      credential_tag(std::move(record.credential_tag)),
      restore_state(record.restore_state),
      restore_reason(std::move(record.restore_reason)),
      message(record.account.SerializeAsString()),
      annotations(record.account.annotations().begin(), record.account.annotations().end()) {
  checksum = ChecksumOf(message);
  std::sort(annotations.begin(), annotations.end());
}

int64_t ChecksumOf(absl::string_view message) {
  return static_cast<int64_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(message.data()), message.size()));
}

std::string DamagedMessage(absl::string_view tenant, absl::string_view account_id, int64_t state) {
  const v1::ReasonInfo& info = InfoOf(v1::ERROR_REASON_INTEGRITY_FAILURE);
  v1::Account account;
  account.set_name(absl::StrCat("tenants/", tenant, "/accounts/", account_id));
  account.set_state(static_cast<v1::Account::State>(state));
  account.mutable_health_reason()->set_code(v1::ERROR_REASON_INTEGRITY_FAILURE);
  account.mutable_health_reason()->set_message(info.message());
  *account.mutable_health_reason()->mutable_next_step() = info.next_step();
  return account.SerializeAsString();
}

}  // namespace credlink::sqlite
