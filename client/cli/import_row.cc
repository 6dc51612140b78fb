#include "client/cli/import_row.h"

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "client/cpp/error.h"
#include "server/accounts/link_checks.h"
#include "server/providers/lastpass/credentials_reader.h"
#include "server/providers/lastpass/pasted_text.h"
#include "server/secrets/sensitive_fields.h"

namespace credlink::cli {
namespace {

constexpr absl::string_view kAnnotation = "annotation.";

// The column that fills a request's field.
std::string ColumnOf(const std::string& field) {
  static constexpr std::pair<const char*, const char*> kColumns[] = {
      {lastpass::kAccountNumberField, "account_number"},
      {lastpass::kProvisioningHashField, "provisioning_hash"},
      {"owner.id", "owner_id"},
      {"owner.display_name", "owner_name"},
      {"owner.username", "owner_login"},
  };
  for (const auto& [path, column] : kColumns) {
    if (field == path) return column;
  }
  return field;
}

bool SetEnvironment(absl::string_view value, v1::LinkAccountRequest& request) {
  if (value == "production") {
    request.set_environment(v1::ENVIRONMENT_PRODUCTION);
  } else if (value == "test") {
    request.set_environment(v1::ENVIRONMENT_TEST);
  } else {
    return value.empty();
  }
  return true;
}

// The text field of the request that a key stands for; nullptr when it is another kind of key.
std::string* TextOf(absl::string_view key, v1::LinkAccountRequest& request) {
  if (key == "owner_id") return request.mutable_owner()->mutable_id();
  if (key == "owner_name") return request.mutable_owner()->mutable_display_name();
  if (key == "owner_login") return request.mutable_owner()->mutable_username();
  if (key == "account_id") return request.mutable_account_id();
  if (key == "label") return request.mutable_label();
  if (key == "request_id") return request.mutable_request_id();
  return nullptr;
}

}  // namespace

bool IsImportKey(absl::string_view key) {
  v1::LinkAccountRequest request;
  return key == "account_number" || key == "provisioning_hash" || key == "environment" ||
         (absl::StartsWith(key, kAnnotation) && key != kAnnotation) ||
         TextOf(key, request) != nullptr;
}

bool ImportRow::Set(absl::string_view key, absl::string_view value) {
  if (!IsImportKey(key)) return false;
  if (key == "account_number") {
    account_number = Secret(value);
  } else if (key == "provisioning_hash") {
    hash = Secret(value);
  } else if (!lastpass::IsUtf8(value)) {
    AddFault(absl::StartsWith(key, kAnnotation) ? "annotations" : key, "Must be UTF-8.");
  } else if (key == "environment") {
    if (!SetEnvironment(value, request)) AddFault(key, "Must be production or test.");
  } else if (std::string* text = TextOf(key, request)) {
    text->assign(value.data(), value.size());
  } else if (!value.empty()) {
    (*request.mutable_annotations())[std::string(absl::StripPrefix(key, kAnnotation))] =
        std::string(value);
  }
  return true;
}

void ImportRow::AddFault(absl::string_view field, absl::string_view description) {
  faults.push_back({line, std::string(field), std::string(description)});
}

void AddRow(ImportRow row, ImportFile& file) {
  // What could not be read as a whole is not worth a fault for every field that is missing.
  const bool unreadable = std::any_of(row.faults.begin(), row.faults.end(),
                                      [](const ImportFault& fault) { return fault.field.empty(); });
  if (unreadable) {
    file.faults.insert(file.faults.end(), row.faults.begin(), row.faults.end());
    return;
  }
  v1::Credentials credentials;
  const auto wipe = absl::MakeCleanup([&credentials] { WipeEverything(credentials); });
  v1::LastPassCredentials& lastpass = *credentials.mutable_lastpass();
  lastpass.set_account_number(row.account_number.Reveal().data(), row.account_number.size());
  lastpass.set_provisioning_hash(row.hash.Reveal().data(), row.hash.size());
  FieldFaults faults;
  absl::optional<ReadCredentials> read = lastpass::ReadLastPassCredentials(credentials, faults);
  CheckLinkFields(row.request, faults);
  for (const auto& fault : client::DetailsOf(faults.ToStatus()).fields) {
    row.AddFault(ColumnOf(fault.field), fault.description);
  }
  if (!row.faults.empty()) {
    file.faults.insert(file.faults.end(), row.faults.begin(), row.faults.end());
    return;
  }
  file.lines.push_back({row.line, std::move(row.request),
                        std::move(read->credentials.account_number),
                        std::move(read->credentials.secret)});
}

}  // namespace credlink::cli
