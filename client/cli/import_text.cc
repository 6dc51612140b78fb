#include "client/cli/import_text.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/table.h"
#include "google/rpc/error_details.pb.h"

namespace credlink::cli {

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

std::string VerdictsText(const std::vector<ImportVerdict>& verdicts, Format format) {
  std::string text;
  Table table;
  table.AddRow({"LINE", "NUMBER", "RESULT", "ACCOUNT", "REASON"});
  for (const ImportVerdict& verdict : verdicts) {
    if (format == Format::kText) {
      table.AddRow({absl::StrCat(verdict.line), verdict.account_number, ResultName(verdict.result),
                    verdict.account.empty() ? "-" : verdict.account, verdict.reason});
      continue;
    }
    const boost::json::object object = {{"line", verdict.line},
                                        {"account_number", verdict.account_number},
                                        {"result", ResultName(verdict.result)},
                                        {"account", verdict.account},
                                        {"reason", verdict.reason}};
    absl::StrAppend(&text, boost::json::serialize(object), "\n");
  }
  return format == Format::kText ? table.ToString() : text;
}

std::string SummaryText(const std::vector<ImportVerdict>& verdicts, bool validate_only) {
  std::map<ImportResult, int> counts;
  for (const ImportVerdict& verdict : verdicts) ++counts[verdict.result];
  std::vector<std::string> parts;
  parts.reserve(counts.size());
  for (const auto& [result, count] : counts) {
    parts.push_back(absl::StrCat(count, " ", ResultName(result)));
  }
  return absl::StrCat(absl::StrJoin(parts, ", "),
                      validate_only ? "; nothing was stored.\n" : ".\n");
}

}  // namespace credlink::cli
