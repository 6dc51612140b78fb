#include "absl/strings/str_cat.h"
#include "client/cli/calling.h"
#include "client/cli/commands.h"
#include "client/cli/details.h"
#include "client/cli/secret_input.h"

namespace credlink::cli {
namespace {

using client::Client;

// Sends a change and shows the account as it is then.
template <typename Request, typename Response>
ExitCode Send(const Options& options, const Output& output, Client& client,
              const absl::StatusOr<Request>& request,
              absl::StatusOr<Response> (Client::*call)(Request), const char* done) {
  if (!request.ok()) return Fail(request.status(), output);
  const absl::StatusOr<Response> response = (client.*call)(*request);
  if (!response.ok()) return FailChange(response.status(), options, output);
  output.Result(*response, Done(options, done) + AccountText(response->account()));
  return kExitOk;
}

template <typename Request, typename Response>
ExitCode Change(const Options& options, const Output& output,
                const absl::StatusOr<Request>& request,
                absl::StatusOr<Response> (Client::*call)(Request), const char* done) {
  if (!request.ok()) return Fail(request.status(), output);
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  return Send(options, output, *client, request, call, done);
}

// The annotations that the account has, with what the flags change of them, and the etag that goes
// with that.
absl::Status MergeAnnotations(const Options& options, Client& client, v1::Account& account) {
  absl::StatusOr<v1::Account> current = client.Get(account.name());
  if (!current.ok()) return current.status();
  if (options.etag.empty()) account.set_etag(current->etag());
  *account.mutable_annotations() = std::move(*current->mutable_annotations());
  for (const std::string& key : options.removed_annotations) {
    account.mutable_annotations()->erase(key);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::UpdateAccountRequest> UpdateRequest(const Options& options, Client& client) {
  if (options.update_paths.empty()) {
    return absl::InvalidArgumentError(
        "nothing to change: name at least one of --label, --annotation, --remove-annotation, "
        "--clear-annotations, --environment, --owner-name and --owner-login");
  }
  absl::StatusOr<std::string> name = AccountName(options);
  if (!name.ok()) return name.status();
  v1::UpdateAccountRequest request;
  v1::Account& account = *request.mutable_account();
  account.set_name(*std::move(name));
  account.set_etag(options.etag);
  for (const std::string& path : options.update_paths) {
    request.mutable_update_mask()->add_paths(path);
    if (path == "label") account.set_label(options.label);
    if (path == "environment") account.set_environment(options.environment);
    if (path == "owner.display_name") account.mutable_owner()->set_display_name(options.owner_name);
    if (path == "owner.username") account.mutable_owner()->set_username(options.owner_login);
  }
  if (MergesAnnotations(options)) {
    absl::Status merged = MergeAnnotations(options, client, account);
    if (!merged.ok()) return merged;
  }
  for (const auto& [key, value] : Annotations(options)) {
    (*account.mutable_annotations())[key] = value;
  }
  request.set_request_id(options.request_id);
  request.set_validate_only(options.validate_only);
  return request;
}

// Whether the person at the terminal means it.
absl::Status Confirm(const Options& options, const std::string& name) {
  if (options.yes || options.validate_only) return absl::OkStatus();
  const std::string last_part = name.substr(name.rfind('/') + 1);
  const absl::StatusOr<std::string> answer =
      AskFor(absl::StrCat("This erases the account and its credentials for good. Type ",
                          Printable(last_part), " to go on"));
  if (!answer.ok() && answer.status().code() == absl::StatusCode::kFailedPrecondition) {
    return absl::InvalidArgumentError("there is no terminal to ask at, so --yes is needed");
  }
  if (!answer.ok()) return answer.status();
  if (*answer != last_part) {
    return absl::InvalidArgumentError("that is another name; nothing was erased");
  }
  return absl::OkStatus();
}

}  // namespace

ExitCode Update(const Options& options, const Output& output) {
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  const auto request = UpdateRequest(options, *client);
  return Send(options, output, *client, request, &Client::Update, "Changed.");
}

ExitCode Suspend(const Options& options, const Output& output) {
  auto request = ChangeRequest<v1::SuspendAccountRequest>(options);
  if (request.ok()) request->set_reason(options.reason);
  return Change(options, output, request, &Client::Suspend, "Suspended.");
}

ExitCode Resume(const Options& options, const Output& output) {
  return Change(options, output, ChangeRequest<v1::ResumeAccountRequest>(options), &Client::Resume,
                "Resumed.");
}

ExitCode Delete(const Options& options, const Output& output) {
  auto request = ChangeRequest<v1::DeleteAccountRequest>(options);
  if (request.ok()) request->set_reason(options.reason);
  return Change(options, output, request, &Client::Delete,
                "Deleted; `credlink undelete` brings it back.");
}

ExitCode Undelete(const Options& options, const Output& output) {
  return Change(options, output, ChangeRequest<v1::UndeleteAccountRequest>(options),
                &Client::Undelete, "Brought back.");
}

ExitCode Purge(const Options& options, const Output& output) {
  auto request = ChangeRequest<v1::PurgeAccountRequest>(options);
  if (!request.ok()) return Fail(request.status(), output);
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  const absl::Status confirmed = Confirm(options, request->name());
  if (!confirmed.ok()) return Fail(confirmed, output);
  const auto response = client->Purge(*std::move(request));
  if (!response.ok()) return FailChange(response.status(), options, output);
  output.Result(*response, Done(options, "Erased.") + ReceiptText(response->receipt()));
  return kExitOk;
}

}  // namespace credlink::cli
