#include "client/cli/output.h"

#include <google/protobuf/util/json_util.h>
#include <unistd.h>

#include <iostream>

#include "absl/strings/str_cat.h"
#include "client/cli/details.h"
#include "client/cli/table.h"
#include "client/cpp/error.h"
#include "server/faults/rpc_status.h"

namespace credlink::cli {
namespace {

std::string ToJson(const google::protobuf::Message& message, bool one_line = false) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = !one_line;
  options.always_print_primitive_fields = true;  // so that a script finds every field
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return absl::StrCat("{\"error\": \"cannot print this message\"}\n");
  return json;
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
  rows.AddRow({"  reason",
               details.reason.empty() ? absl::StatusCodeToString(status.code()) : details.reason});
  if (!details.resource.empty()) rows.AddRow({"  about", details.resource});
  if (details.retry_after) {
    rows.AddRow({"  try again", absl::StrCat("in ", absl::FormatDuration(*details.retry_after))});
  }
  AddNextStep(details.next_step, rows, "  ");
  return text + rows.ToString();
}

}  // namespace

std::string ToJsonLine(const google::protobuf::Message& message) {
  return ToJson(message, /*one_line=*/true);
}

bool Output::Line(const google::protobuf::Message& message, const std::string& text) const {
  std::cout << (format_ == Format::kJson ? ToJsonLine(message) : text) << std::endl;
  return std::cout.good();
}

void Output::Result(const google::protobuf::Message& response, const std::string& text) const {
  std::cout << (format_ == Format::kJson ? ToJson(response) : text) << std::flush;
}

void Output::Error(const absl::Status& status) const {
  if (format_ == Format::kText) {
    std::cerr << ErrorText(status) << std::flush;
    return;
  }
  std::cerr << ToJson(ToRpcStatus(status)) << std::flush;
}

void Output::Progress(const char* what) const {
  if (format_ == Format::kText && isatty(STDERR_FILENO)) std::cerr << what << std::endl;
}

}  // namespace credlink::cli
