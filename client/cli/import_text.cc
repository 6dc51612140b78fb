#include "client/cli/import_text.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <set>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/details.h"
#include "google/rpc/error_details.pb.h"

namespace credlink::cli {
namespace {

// Each reason once, as its first line met it.
std::string ReasonsText(const std::vector<ImportVerdict>& verdicts) {
  std::string text;
  std::set<std::string> told;
  for (const ImportVerdict& verdict : verdicts) {
    if (verdict.message.empty() || !told.insert(verdict.reason).second) continue;
    Table rows;
    AddNextStep(verdict.next_step, rows, "  ");
    absl::StrAppend(&text, "\n", verdict.reason, ": ", Printable(verdict.message), "\n",
                    rows.ToString());
  }
  return text.empty() ? text : text + "\n";
}

void AddNew(const Names& names, Names& all) {
  for (const std::string& name : names) {
    if (!absl::c_linear_search(all, name)) *all.Add() = name;
  }
}

}  // namespace

absl::Status FaultsStatus(const std::string& file, const std::vector<ImportFault>& faults) {
  google::rpc::BadRequest bad_request;
  for (const ImportFault& fault : faults) {
    auto& violation = *bad_request.add_field_violations();
    violation.set_field(
        absl::StrCat("line ", fault.line, fault.field.empty() ? "" : " ", fault.field));
    violation.set_description(fault.description);
  }
  const auto& first = bad_request.field_violations(0);
  absl::Status status = absl::InvalidArgumentError(
      faults.size() == 1
          ? absl::StrCat(file, ", ", first.field(), ": ", first.description(), " Nothing was sent.")
          : absl::StrCat(file, " has ", faults.size(), " faults. Nothing was sent."));
  status.SetPayload(
      absl::StrCat("type.googleapis.com/", google::rpc::BadRequest::descriptor()->full_name()),
      absl::Cord(bad_request.SerializeAsString()));
  return status;
}

std::string VerdictJson(const ImportVerdict& verdict) {
  boost::json::array suspects, notes;
  for (const std::string& name : verdict.suspect_accounts) suspects.emplace_back(name);
  for (const v1::InputNote& note : verdict.notes) notes.emplace_back(note.message());
  const v1::NextStep& next_step = verdict.next_step;
  const boost::json::object object = {
      {"line", verdict.line},
      {"account_number", verdict.account_number},
      {"result", ResultName(verdict.result)},
      {"account", verdict.account},
      {"reason", verdict.reason},
      {"message", verdict.message},
      {"next_step",
       {{"actor", next_step.actor() == 0 ? "" : v1::Actor_Name(next_step.actor())},
        {"action", next_step.action()},
        {"url", next_step.url()}}},
      {"suspect_accounts", suspects},
      {"notes", notes},
  };
  return absl::StrCat(boost::json::serialize(object), "\n");
}

std::string VerdictsText(const std::vector<ImportVerdict>& verdicts) {
  Table table;
  table.AddRow({"LINE", "NUMBER", "RESULT", "ACCOUNT", "REASON"});
  Names suspects;
  Notes notes;
  for (const ImportVerdict& verdict : verdicts) {
    table.AddRow({absl::StrCat(verdict.line), verdict.account_number, ResultName(verdict.result),
                  verdict.account.empty() ? "-" : verdict.account, verdict.reason});
    AddNew(verdict.suspect_accounts, suspects);
    for (const v1::InputNote& note : verdict.notes) {
      v1::InputNote& of_line = *notes.Add();
      of_line.set_message(absl::StrCat("line ", verdict.line, ": ", note.message()));
    }
  }
  return absl::StrCat(table.ToString(), ReasonsText(verdicts), SuspectsText(suspects),
                      NotesText(notes));
}

std::string SummaryText(const std::vector<ImportVerdict>& verdicts, const std::string& import_id,
                        bool validate_only) {
  std::map<ImportResult, int> counts;
  for (const ImportVerdict& verdict : verdicts) ++counts[verdict.result];
  std::vector<std::string> parts;
  parts.reserve(counts.size());
  for (const auto& [result, count] : counts) {
    const bool was_sent = result != ImportResult::kNotSent;
    parts.push_back(absl::StrCat(count, " ", was_sent ? ResultName(result) : "not sent"));
  }
  std::string text =
      absl::StrCat(absl::StrJoin(parts, ", "), validate_only ? "; nothing was stored.\n" : ".\n");
  if (counts.count(ImportResult::kNotSent) > 0) {
    absl::StrAppend(&text, "To go on: the same command with --import-id ", Printable(import_id),
                    "\n");
  }
  return text;
}

}  // namespace credlink::cli
