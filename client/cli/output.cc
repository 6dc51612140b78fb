#include "client/cli/output.h"

#include <google/protobuf/util/json_util.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "client/cli/details.h"
#include "client/cli/local_errors.h"
#include "client/cli/table.h"
#include "client/cpp/error.h"
#include "server/faults/rpc_status.h"

namespace credlink::cli {
namespace {

absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message, bool one_line) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = !one_line;
  options.always_print_primitive_fields = true;  // so that a script finds every field
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return absl::InternalError("a message cannot be told as JSON");
  return json;
}

// What cannot be told spoils standard output, which main() looks at in the end.
void Print(const absl::StatusOr<std::string>& json) {
  if (json.ok()) {
    std::cout << *json;
    return;
  }
  std::cerr << "error: " << std::string(json.status().message()) << "\n";
  std::cout.setstate(std::ios::failbit);
}

// As JSON, but for the details of types that this program does not know: whoever stands between it
// and the server, or a newer server, may send such.
absl::StatusOr<std::string> ErrorJson(const absl::Status& status) {
  google::rpc::Status rpc = ToRpcStatus(status);
  auto& details = *rpc.mutable_details();
  const auto is_unknown = [](const google::protobuf::Any& detail) {
    return !ToJsonLine(detail).ok();
  };
  details.erase(std::remove_if(details.begin(), details.end(), is_unknown), details.end());
  return ToJson(rpc, /*one_line=*/false);
}

std::string ErrorText(const absl::Status& status) {
  const client::ErrorDetails details = client::DetailsOf(status);
  std::string text = absl::StrCat("error: ", Printable(std::string(status.message())), "\n");
  if (details.fields.size() > 1) {
    for (const auto& field : details.fields) {
      absl::StrAppend(&text, "  ", Printable(field.field), ": ", Printable(field.description),
                      "\n");
    }
  }
  Table rows;
  rows.AddRow({"  reason", ReasonOrCode(status)});
  if (!details.resource.empty()) rows.AddRow({"  about", details.resource});
  if (details.retry_after) {
    rows.AddRow({"  try again", absl::StrCat("in ", absl::FormatDuration(*details.retry_after))});
  }
  AddNextStep(details.next_step, rows, "  ");
  text += rows.ToString();
  const std::string repeat = RepeatText(status);
  if (!repeat.empty()) absl::StrAppend(&text, Printable(repeat), "\n");
  return text;
}

}  // namespace

absl::StatusOr<std::string> ToJsonLine(const google::protobuf::Message& message) {
  return ToJson(message, /*one_line=*/true);
}

bool Output::Line(const google::protobuf::Message& message, const std::string& text) const {
  Print(format_ == Format::kJson ? ToJsonLine(message) : text);
  std::cout << std::endl;
  return std::cout.good();
}

void Output::Result(const google::protobuf::Message& response, const std::string& text) const {
  Print(format_ == Format::kJson ? ToJson(response, /*one_line=*/false) : text);
  std::cout << std::flush;
}

void Output::Error(const absl::Status& error) const {
  const absl::Status status = WithNextStep(error);
  if (format_ == Format::kText) {
    std::cerr << ErrorText(status) << std::flush;
    return;
  }
  std::cerr << ErrorJson(status).value_or("") << std::flush;
}

void Output::Progress(const char* what) const {
  if (format_ == Format::kText && isatty(STDERR_FILENO)) std::cerr << what << std::endl;
}

}  // namespace credlink::cli
