#include "client/cli/commands.h"

#include <algorithm>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/details.h"
#include "client/cli/secret_input.h"
#include "client/cpp/client.h"

namespace credlink::cli {
namespace {

using client::Client;

constexpr int kMaxPage = 1000;
constexpr char kAsking[] = "Asking LastPass ...";

absl::StatusOr<Client> Connect(const Options& options) {
  Client::Timeouts timeouts;
  if (options.timeout_seconds > 0) {
    timeouts.read = timeouts.live_check = absl::Seconds(options.timeout_seconds);
  }
  return Client::Connect(options.channel, timeouts);
}

ExitCode Fail(const absl::Status& status, const Output& output) {
  output.Error(status);
  return ExitCodeOf(status);
}

std::string Parent(const Options& options) { return absl::StrCat("tenants/", options.tenant); }

// The two fields, asked for where the command line left them out.
absl::Status ReadCredentials(const Options& options, v1::Credentials& credentials) {
  v1::LastPassCredentials& lastpass = *credentials.mutable_lastpass();
  lastpass.set_account_number(options.account_number);
  if (options.account_number.empty()) {
    absl::StatusOr<std::string> number = AskFor("Account number (CID)");
    if (!number.ok()) return absl::InvalidArgumentError("--account-number is needed");
    lastpass.set_account_number(*std::move(number));
  }
  absl::StatusOr<Secret> hash = ReadHash(options.hash_file);
  if (!hash.ok()) return hash.status();
  const absl::string_view bytes = hash->Reveal();
  lastpass.set_provisioning_hash(bytes.data(), bytes.size());
  return absl::OkStatus();
}

std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string FilterOf(const Options& options) {
  std::vector<std::string> parts;
  if (!options.filter.empty()) parts.push_back(options.filter);
  if (!options.owner_id.empty())
    parts.push_back(absl::StrCat("owner.id = ", Quoted(options.owner_id)));
  if (!options.account_number.empty()) {
    parts.push_back(absl::StrCat("account_number = ", Quoted(options.account_number)));
  }
  return absl::StrJoin(parts, " AND ");
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
  request.mutable_annotations()->insert(options.annotations.begin(), options.annotations.end());
  request.set_environment(options.test_environment ? v1::ENVIRONMENT_TEST
                                                   : v1::ENVIRONMENT_PRODUCTION);
  request.set_request_id(options.request_id);
  request.set_validate_only(options.validate_only);
  const absl::Status read = ReadCredentials(options, *request.mutable_credentials());
  if (!read.ok()) return Fail(read, output);

  output.Progress(kAsking);
  const auto response = client->Link(std::move(request));
  if (!response.ok()) return Fail(response.status(), output);
  std::string text =
      options.validate_only ? "It would be linked; nothing was stored.\n" : "Linked.\n";
  for (const v1::InputNote& note : response->notes()) {
    absl::StrAppend(&text, "Note: ", Printable(note.message()), "\n");
  }
  output.Result(*response, text + AccountText(response->account()));
  return kExitOk;
}

ExitCode List(const Options& options, const Output& output) {
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  const int limit = options.limit == 0 ? std::numeric_limits<int>::max() : options.limit;
  v1::ListAccountsRequest request;
  request.set_parent(Parent(options));
  request.set_filter(FilterOf(options));

  v1::ListAccountsResponse all;
  do {
    request.set_page_size(std::min(kMaxPage, limit - all.accounts_size()));
    const auto page = client->List(request);
    if (!page.ok()) return Fail(page.status(), output);
    all.MergeFrom(*page);
    all.set_next_page_token(page->next_page_token());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && all.accounts_size() < limit);

  std::string text = AccountsText(all.accounts());
  if (!all.next_page_token().empty()) {
    absl::StrAppend(&text, "There are more; --limit 0 shows all.\n");
  }
  output.Result(all, text);
  return kExitOk;
}

ExitCode Get(const Options& options, const Output& output) {
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  const bool whole_name = absl::StartsWith(options.name, "tenants/");
  if (!whole_name && options.tenant.empty()) {
    return Fail(absl::InvalidArgumentError("--tenant is needed, or the account's whole name"),
                output);
  }
  absl::StatusOr<v1::Account> account = client->Get(
      whole_name ? options.name : absl::StrCat(Parent(options), "/accounts/", options.name));
  if (!account.ok()) return Fail(account.status(), output);
  v1::GetAccountResponse response;
  *response.mutable_account() = *std::move(account);
  output.Result(response, AccountText(response.account()));
  return kExitOk;
}

ExitCode Connectors(const Options& options, const Output& output) {
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  if (!options.name.empty()) {
    const bool whole_name = absl::StartsWith(options.name, "connectors/");
    absl::StatusOr<v1::Connector> connector =
        client->GetConnector(whole_name ? options.name : absl::StrCat("connectors/", options.name));
    if (!connector.ok()) return Fail(connector.status(), output);
    v1::GetConnectorResponse response;
    *response.mutable_connector() = *std::move(connector);
    output.Result(response, ConnectorText(response.connector()));
    return kExitOk;
  }
  const auto response = client->ListConnectors();
  if (!response.ok()) return Fail(response.status(), output);
  std::string text;
  for (const v1::Connector& connector : response->connectors()) {
    text += (text.empty() ? "" : "\n") + ConnectorText(connector);
  }
  output.Result(*response, text);
  return kExitOk;
}

}  // namespace credlink::cli
