#include <algorithm>
#include <iostream>
#include <limits>

#include "absl/functional/function_ref.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/calling.h"
#include "client/cli/commands.h"
#include "client/cli/details.h"

namespace credlink::cli {
namespace {

using client::Client;

constexpr int kMaxPage = 1000;

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

std::string NoneText(const Options& options) {
  const bool asks_for_deleted =
      absl::StrContains(options.filter, "DELETED") && !options.show_deleted;
  return asks_for_deleted ? "No accounts. Deleted ones are shown with --show-deleted only.\n"
                          : "No accounts.\n";
}

std::string CountText(const v1::ListAccountsResponse& response) {
  return absl::StrCat(response.total_size_is_lower_bound() ? "At least " : "",
                      response.total_size(), " in all.\n");
}

// Page by page, until `limit` accounts have come.
absl::Status EachPage(Client& client, v1::ListAccountsRequest request, int limit,
                      absl::FunctionRef<void(v1::ListAccountsResponse& page)> take) {
  do {
    request.set_page_size(std::min(kMaxPage, limit));
    absl::StatusOr<v1::ListAccountsResponse> page = client.List(request);
    if (!page.ok()) return page.status();
    limit -= page->accounts_size();
    request.set_page_token(page->next_page_token());
    request.set_return_total_size(false);  // once is enough
    take(*page);
  } while (!request.page_token().empty() && limit > 0);
  return absl::OkStatus();
}

}  // namespace

ExitCode List(const Options& options, const Output& output) {
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  const int limit = options.limit == 0 ? std::numeric_limits<int>::max() : options.limit;
  v1::ListAccountsRequest request;
  request.set_parent(Parent(options));
  request.set_filter(FilterOf(options));
  request.set_order_by(options.order_by);
  request.set_show_deleted(options.show_deleted);
  request.set_return_total_size(options.total);

  // Text goes out by page. JSON is one message, however long.
  v1::ListAccountsResponse all;
  bool any = false;
  const absl::Status listed = EachPage(*client, request, limit, [&](auto& page) {
    if (output.format() == Format::kText && !page.accounts().empty()) {
      std::cout << AccountsText(page.accounts(), /*with_header=*/!any) << std::flush;
      any = true;
      page.clear_accounts();
    }
    all.MergeFrom(page);
    all.set_next_page_token(page.next_page_token());
  });
  if (!listed.ok()) return Fail(listed, output);

  std::string text = any ? "" : NoneText(options);
  if (!all.next_page_token().empty()) {
    absl::StrAppend(&text, "There are more; --limit 0 shows all.\n");
  }
  if (options.total) text += CountText(all);
  output.Result(all, text);
  return kExitOk;
}

ExitCode Get(const Options& options, const Output& output) {
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  const absl::StatusOr<std::string> name = AccountName(options);
  if (!name.ok()) return Fail(name.status(), output);
  absl::StatusOr<v1::Account> account = client->Get(*name);
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
