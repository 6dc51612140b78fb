#include "client/cli/export_columns.h"

#include <google/protobuf/util/time_util.h>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace credlink::cli {
namespace {

using v1::Account;

std::string Time(bool is_set, const google::protobuf::Timestamp& time) {
  return is_set ? google::protobuf::util::TimeUtil::ToString(time) : "";
}

// "STATE_ACTIVE" is ACTIVE, as filters spell it; what is not set is empty.
std::string Name(const std::string& value, absl::string_view prefix) {
  const absl::string_view name = absl::StripPrefix(value, prefix);
  return name == "UNSPECIFIED" ? "" : std::string(name);
}

std::string Reason(const v1::HealthReason& reason) {
  return Name(v1::ErrorReason_Name(reason.code()), "ERROR_REASON_");
}

// "2 0123456789abcdef 2026-11-25T06:42:46Z", the newest first, "; " between them.
std::string OlderCredentials(const Account& account) {
  return absl::StrJoin(account.previous_credentials(), "; ",
                       [](std::string* out, const v1::CredentialInfo& older) {
                         absl::StrAppend(out, older.version(), " ", older.fingerprint(), " ",
                                         Time(older.has_create_time(), older.create_time()));
                       });
}

struct Column {
  const char* name;
  std::string (*cell)(const Account& account);
};

constexpr Column kColumns[] = {
    {"name", [](const Account& a) { return a.name(); }},
    {"uid", [](const Account& a) { return a.uid(); }},
    {"account_id", [](const Account& a) { return a.name().substr(a.name().rfind('/') + 1); }},
    {"provider", [](const Account& a) { return a.provider(); }},
    {"account_number", [](const Account& a) { return a.account_number(); }},
    {"owner_id", [](const Account& a) { return a.owner().id(); }},
    {"owner_name", [](const Account& a) { return a.owner().display_name(); }},
    {"owner_login", [](const Account& a) { return a.owner().username(); }},
    {"label", [](const Account& a) { return a.label(); }},
    {"environment",
     [](const Account& a) {
       return absl::AsciiStrToLower(Name(v1::Environment_Name(a.environment()), "ENVIRONMENT_"));
     }},
    {"state", [](const Account& a) { return Name(Account::State_Name(a.state()), "STATE_"); }},
    {"state_reason", [](const Account& a) { return a.state_reason(); }},
    {"health", [](const Account& a) { return Name(Account::Health_Name(a.health()), "HEALTH_"); }},
    {"health_reason", [](const Account& a) { return Reason(a.health_reason()); }},
    {"health_message", [](const Account& a) { return a.health_reason().message(); }},
    {"health_next_step_actor",
     [](const Account& a) {
       return Name(v1::Actor_Name(a.health_reason().next_step().actor()), "ACTOR_");
     }},
    {"health_next_step", [](const Account& a) { return a.health_reason().next_step().action(); }},
    {"health_next_step_url", [](const Account& a) { return a.health_reason().next_step().url(); }},
    {"user_count", [](const Account& a) { return absl::StrCat(a.user_count()); }},
    {"credential_version", [](const Account& a) { return absl::StrCat(a.credential().version()); }},
    {"fingerprint", [](const Account& a) { return a.credential().fingerprint(); }},
    {"credential_create_time",
     [](const Account& a) {
       return Time(a.credential().has_create_time(), a.credential().create_time());
     }},
    {"credential_last_verified_time",
     [](const Account& a) {
       return Time(a.credential().has_last_verified_time(), a.credential().last_verified_time());
     }},
    {"previous_credentials", OlderCredentials},
    {"create_time", [](const Account& a) { return Time(a.has_create_time(), a.create_time()); }},
    {"update_time", [](const Account& a) { return Time(a.has_update_time(), a.update_time()); }},
    {"delete_time", [](const Account& a) { return Time(a.has_delete_time(), a.delete_time()); }},
    {"purge_time", [](const Account& a) { return Time(a.has_purge_time(), a.purge_time()); }},
    {"last_check_time",
     [](const Account& a) { return Time(a.has_last_check_time(), a.last_check_time()); }},
    {"last_check_reason", [](const Account& a) { return Reason(a.last_check_reason()); }},
    {"last_check_message", [](const Account& a) { return a.last_check_reason().message(); }},
    {"last_success_time",
     [](const Account& a) { return Time(a.has_last_success_time(), a.last_success_time()); }},
    {"consecutive_failures",
     [](const Account& a) { return absl::StrCat(a.consecutive_failures()); }},
    {"etag", [](const Account& a) { return a.etag(); }},
};

}  // namespace

std::vector<std::string> ExportColumns() {
  std::vector<std::string> names;
  for (const Column& column : kColumns) names.push_back(column.name);
  return names;
}

bool IsExportColumn(absl::string_view name) {
  return absl::c_any_of(kColumns, [name](const Column& column) { return column.name == name; });
}

std::vector<std::string> ExportCells(const Account& account) {
  std::vector<std::string> cells;
  for (const Column& column : kColumns) cells.push_back(column.cell(account));
  return cells;
}

}  // namespace credlink::cli
