#include "absl/strings/str_cat.h"
#include "client/cli/calling.h"
#include "client/cli/commands.h"
#include "client/cli/details.h"

namespace credlink::cli {
namespace {

using client::Client;

constexpr char kAsking[] = "Asking LastPass ...";

}  // namespace

ExitCode Rotate(const Options& options, const Output& output) {
  auto request = ChangeRequest<v1::RotateCredentialsRequest>(options);
  if (!request.ok()) return Fail(request.status(), output);
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  request->set_apply_to_same_account_number(options.apply_to_same_account_number);
  v1::LastPassCredentials& lastpass = *request->mutable_credentials()->mutable_lastpass();
  lastpass.set_account_number(options.account_number);
  if (options.account_number.empty()) {
    const absl::StatusOr<v1::Account> account = client->Get(request->name());
    if (!account.ok()) return Fail(account.status(), output);
    lastpass.set_account_number(account->account_number());
  }
  const absl::Status read = ReadHashInto(options, lastpass);
  if (!read.ok()) return Fail(read, output);

  output.Progress(kAsking);
  const auto response = client->Rotate(*std::move(request));
  if (!response.ok()) return FailChange(response.status(), options, output);
  std::string text = Done(options, "The account has the new hash.");
  for (const std::string& name : response->also_rotated()) {
    absl::StrAppend(&text, "So has ", Printable(name), ".\n");
  }
  absl::StrAppend(&text, NotesText(response->notes()), SuspectsText(response->suspect_accounts()),
                  AccountText(response->account()));
  output.Result(*response, text);
  return kExitOk;
}

ExitCode Rollback(const Options& options, const Output& output) {
  auto request = ChangeRequest<v1::RollbackCredentialsRequest>(options);
  if (!request.ok()) return Fail(request.status(), output);
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  request->set_version(options.version);
  output.Progress(kAsking);
  const auto response = client->Rollback(*std::move(request));
  if (!response.ok()) return FailChange(response.status(), options, output);
  output.Result(*response, absl::StrCat(Done(options, "The account has its older hash again."),
                                        SuspectsText(response->suspect_accounts()),
                                        AccountText(response->account())));
  return kExitOk;
}

ExitCode Check(const Options& options, const Output& output) {
  auto request = ChangeRequest<v1::CheckAccountRequest>(options);
  if (!request.ok()) return Fail(request.status(), output);
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  output.Progress(kAsking);
  const auto response = client->Check(*std::move(request));
  if (!response.ok()) return FailChange(response.status(), options, output);
  const v1::Account& account = response->account();
  const std::string stored = options.validate_only ? "Nothing was stored.\n" : "";
  output.Result(*response, absl::StrCat(VerdictText(response->verdict(), account.account_number(),
                                                    account.user_count(), {}),
                                        stored, SuspectsText(response->suspect_accounts()), "\n",
                                        AccountText(account, response->verdict().reason())));
  return ExitCodeOf(response->verdict().outcome());
}

}  // namespace credlink::cli
