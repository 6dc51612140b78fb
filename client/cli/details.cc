#include "client/cli/details.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "server/faults/faults.h"

namespace credlink::cli {
namespace {

std::string Time(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "-";
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

// "HEALTH_HEALTHY" is for programs; people read "HEALTHY".
std::string Name(const std::string& value, absl::string_view prefix) {
  return std::string(absl::StripPrefix(value, prefix));
}

std::string HealthOf(const v1::Account& account) {
  return Name(v1::Account::Health_Name(account.health()), "HEALTH_");
}

std::string StateOf(const v1::Account& account) {
  return Name(v1::Account::State_Name(account.state()), "STATE_");
}

std::string Who(v1::Actor actor) {
  switch (actor) {
    case v1::ACTOR_CALLER:
      return "whoever made this call";
    case v1::ACTOR_ACCOUNT_OWNER:
      return "whoever entered the credentials";
    case v1::ACTOR_LASTPASS_ADMIN:
      return "an admin of the LastPass account";
    case v1::ACTOR_OPERATOR:
      return "whoever runs the Credlink server";
    case v1::ACTOR_NOBODY:
      return "nobody; it may pass by itself";
    default:
      return "";
  }
}

std::string Short(const std::string& text, size_t most) {
  if (text.size() <= most) return text;
  size_t end = most;
  while (end > 0 && (text[end] & 0xc0) == 0x80) --end;  // not inside a character
  return absl::StrCat(text.substr(0, end), "...");
}

std::string CredentialOf(const v1::CredentialInfo& credential) {
  return absl::StrCat("version ", credential.version(), ", fingerprint ", credential.fingerprint());
}

std::string LastPartOf(const std::string& name) { return name.substr(name.rfind('/') + 1); }

void AddIf(const std::string& name, const std::string& value, Table& rows) {
  if (!value.empty()) rows.AddRow({name, value});
}

// What the reason means and whose move it is, unless that was told already.
void AddReason(const char* name, const v1::HealthReason& reason, std::set<v1::ErrorReason>& told,
               Table& rows) {
  if (!told.insert(reason.code()).second) {
    rows.AddRow({name, ReasonName(reason.code())});
    return;
  }
  rows.AddRow({name, absl::StrCat(ReasonName(reason.code()), ": ", reason.message())});
  AddNextStep(reason.next_step(), rows);
}

}  // namespace

void AddNextStep(const v1::NextStep& next_step, Table& rows, const char* indent) {
  if (next_step.action().empty()) return;
  AddIf(absl::StrCat(indent, "whose move"), Who(next_step.actor()), rows);
  rows.AddRow({absl::StrCat(indent, "what to do"), next_step.action()});
  AddIf(absl::StrCat(indent, "where"), next_step.url(), rows);
}

std::string VerdictText(const v1::Verdict& verdict, const std::string& account_number,
                        int64_t user_count, const Notes& notes) {
  std::string text = absl::StrCat(Name(v1::Verdict::Outcome_Name(verdict.outcome()), "OUTCOME_"),
                                  ": ", Printable(verdict.message()), "\n");
  Table rows;
  rows.AddRow({"  account number", account_number});
  if (verdict.outcome() == v1::Verdict::OUTCOME_VALID) {
    rows.AddRow({"  users", absl::StrCat(user_count)});
  } else {
    rows.AddRow({"  reason", ReasonName(verdict.reason())});
    rows.AddRow({"  evidence", Name(v1::UpstreamClass_Name(verdict.evidence().upstream_class()),
                                    "UPSTREAM_CLASS_")});
    AddNextStep(verdict.next_step(), rows, "  ");
  }
  for (const v1::InputNote& note : notes) rows.AddRow({"  note", note.message()});
  return text + rows.ToString();
}

std::string NotesText(const Notes& notes) {
  std::string text;
  for (const v1::InputNote& note : notes) {
    absl::StrAppend(&text, "Note: ", Printable(note.message()), "\n");
  }
  return text;
}

std::string SuspectsText(const Names& suspects) {
  std::string text;
  for (const std::string& name : suspects) {
    absl::StrAppend(&text, "Suspect now, its hash was probably reset: ", Printable(name), "\n");
  }
  return text;
}

std::string AccountText(const v1::Account& account, v1::ErrorReason told) {
  std::set<v1::ErrorReason> all_told = {told};
  Table rows;
  AddIf("name", account.name(), rows);
  AddIf("uid", account.uid(), rows);
  rows.AddRow({"provider", account.provider()});
  rows.AddRow({"account number", account.account_number()});
  rows.AddRow({"owner", account.owner().id()});
  AddIf("owner's name", account.owner().display_name(), rows);
  AddIf("owner's login", account.owner().username(), rows);
  AddIf("label", account.label(), rows);
  // Protobuf's own order is another one each time.
  const std::map<std::string, std::string> annotations(account.annotations().begin(),
                                                       account.annotations().end());
  for (const auto& [key, value] : annotations) {
    rows.AddRow({"annotation", absl::StrCat(key, "=", value)});
  }
  rows.AddRow({"environment", absl::AsciiStrToLower(Name(
                                  v1::Environment_Name(account.environment()), "ENVIRONMENT_"))});
  rows.AddRow({"state", StateOf(account)});
  AddIf("state's reason", account.state_reason(), rows);
  rows.AddRow({"health", HealthOf(account)});
  if (account.has_health_reason()) {
    AddReason("why", account.health_reason(), all_told, rows);
  }
  rows.AddRow({"users", absl::StrCat(account.user_count())});
  rows.AddRow({"credential", CredentialOf(account.credential())});
  for (const v1::CredentialInfo& older : account.previous_credentials()) {
    rows.AddRow(
        {"older one", absl::StrCat(CredentialOf(older), ", of ", Time(older.create_time()))});
  }
  rows.AddRow({"linked", Time(account.create_time())});
  rows.AddRow({"last checked", Time(account.last_check_time())});
  if (account.has_last_check_reason()) {
    rows.AddRow({"last good check", Time(account.last_success_time())});
    rows.AddRow({"failed checks", absl::StrCat(account.consecutive_failures(), " in a row")});
    AddReason("last failure", account.last_check_reason(), all_told, rows);
  }
  if (account.has_delete_time()) rows.AddRow({"deleted", Time(account.delete_time())});
  if (account.has_purge_time()) rows.AddRow({"erased after", Time(account.purge_time())});
  AddIf("etag", account.etag(), rows);
  return rows.ToString();
}

std::string AccountsText(const google::protobuf::RepeatedPtrField<v1::Account>& accounts,
                         bool with_header) {
  Table rows;
  if (with_header) {
    rows.AddRow(
        {"ACCOUNT", "OWNER", "PROVIDER", "NUMBER", "STATE", "HEALTH", "USERS", "LINKED", "LABEL"});
  }
  for (const v1::Account& account : accounts) {
    rows.AddRow({LastPartOf(account.name()), Short(account.owner().id(), 32), account.provider(),
                 account.account_number(), StateOf(account), HealthOf(account),
                 absl::StrCat(account.user_count()), Time(account.create_time()),
                 Short(account.label(), 40)});
  }
  return rows.ToString();
}

std::string ReceiptText(const v1::PurgeReceipt& receipt) {
  Table rows;
  AddIf("receipt", receipt.id(), rows);
  rows.AddRow({"name", receipt.name()});
  rows.AddRow({"uid", receipt.uid()});
  rows.AddRow({"provider", receipt.provider()});
  rows.AddRow({"account number", receipt.account_number()});
  rows.AddRow({"erased hashes", absl::StrCat(receipt.credential_versions())});
  if (receipt.has_purge_time()) rows.AddRow({"time", Time(receipt.purge_time())});
  return rows.ToString();
}

std::string EventText(const v1::Event& event) {
  std::string text = absl::StrCat(Time(event.time()), "  #", event.sequence(), "  ",
                                  Name(v1::Event::Type_Name(event.type()), "TYPE_"));
  if (event.has_account()) {
    const v1::Account& account = event.account();
    absl::StrAppend(&text, "  ", LastPartOf(account.name()), "  ", account.account_number(), "  ");
    if (!account.owner().id().empty()) {
      absl::StrAppend(&text, account.owner().id(), "  ", StateOf(account), "  ", HealthOf(account),
                      "  ");
    }
    absl::StrAppend(&text, "by ", event.actor());
  }
  return Printable(text);
}

std::string ConnectorText(const v1::Connector& connector) {
  std::string text =
      absl::StrCat(Printable(connector.display_name()), " (", Printable(connector.name()), ")\n",
                   Printable(connector.description()), "\n\n");
  Table rows;
  AddIf("needs", connector.required_plan(), rows);
  AddIf("role", connector.required_role(), rows);
  for (const v1::ConnectorField& field : connector.fields()) {
    rows.AddRow({absl::StrCat("field ", field.label()),
                 absl::StrCat(field.help(), field.secret() ? " Secret." : "")});
  }
  for (const std::string& warning : connector.warnings()) rows.AddRow({"mind", warning});
  text += rows.ToString();
  if (!connector.guide().steps().empty()) text += "\nHow to find the values:\n";
  int number = 0;
  for (const v1::GuideStep& step : connector.guide().steps()) {
    absl::StrAppend(&text, "  ", ++number, ". ", Printable(step.title()), ": ",
                    Printable(step.text()), "\n");
  }
  for (const v1::GuideLink& link : connector.guide().links()) {
    absl::StrAppend(&text, "  ", Printable(link.title()), ": ", Printable(link.url()), "\n");
  }
  return text;
}

}  // namespace credlink::cli
