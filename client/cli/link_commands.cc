#include "absl/strings/str_cat.h"
#include "client/cli/calling.h"
#include "client/cli/commands.h"
#include "client/cli/details.h"
#include "client/cli/secret_input.h"
#include "server/providers/lastpass/pasted_text.h"

namespace credlink::cli {
namespace {

using client::Client;

constexpr char kAsking[] = "Asking LastPass ...";

// The two fields, asked for where the command line left them out.
absl::Status ReadCredentials(const Options& options, v1::Credentials& credentials) {
  v1::LastPassCredentials& lastpass = *credentials.mutable_lastpass();
  lastpass.set_account_number(options.account_number);
  if (options.account_number.empty()) {
    absl::StatusOr<std::string> number = AskFor("Account number (CID)");
    if (!number.ok()) return absl::InvalidArgumentError("--account-number is needed");
    if (!lastpass::IsUtf8(*number)) {
      return absl::InvalidArgumentError("account number: must be UTF-8");
    }
    lastpass.set_account_number(*std::move(number));
  }
  return ReadHashInto(options, lastpass);
}

}  // namespace

ExitCode Validate(const Options& options, const Output& output) {
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  v1::ValidateCredentialsRequest request;
  request.set_parent(Parent(options));
  const absl::Status read = ReadCredentials(options, *request.mutable_credentials());
  if (!read.ok()) return Fail(read, output);

  output.Progress(kAsking);
  const auto response = client->Validate(std::move(request));
  if (!response.ok()) return Fail(response.status(), output);
  output.Result(*response, VerdictText(response->verdict(), response->account_number(),
                                       response->user_count(), response->notes()));
  return ExitCodeOf(response->verdict().outcome());
}

ExitCode Link(const Options& options, const Output& output) {
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  v1::LinkAccountRequest request;
  request.set_parent(Parent(options));
  request.set_account_id(options.account_id);
  request.mutable_owner()->set_id(options.owner_id);
  request.mutable_owner()->set_display_name(options.owner_name);
  request.mutable_owner()->set_username(options.owner_login);
  request.set_label(options.label);
  for (const auto& [key, value] : Annotations(options)) {
    (*request.mutable_annotations())[key] = value;
  }
  request.set_environment(options.environment);
  request.set_request_id(options.request_id);
  request.set_validate_only(options.validate_only);
  const absl::Status read = ReadCredentials(options, *request.mutable_credentials());
  if (!read.ok()) return Fail(read, output);

  output.Progress(kAsking);
  const auto response = client->Link(std::move(request));
  if (!response.ok()) return FailChange(response.status(), options, output);
  std::string text =
      options.validate_only ? "It would be linked; nothing was stored.\n" : "Linked.\n";
  absl::StrAppend(&text, NotesText(response->notes()), SuspectsText(response->suspect_accounts()),
                  AccountText(response->account()));
  output.Result(*response, text);
  return kExitOk;
}

}  // namespace credlink::cli
