#include <google/protobuf/util/time_util.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/cli/calling.h"
#include "client/cli/commands.h"
#include "client/cli/csv.h"
#include "client/cli/table.h"

namespace credlink::cli {
namespace {

using client::Client;
using google::protobuf::util::TimeUtil;

constexpr int kPage = 500;

std::string Time(bool is_set, const google::protobuf::Timestamp& time) {
  return is_set ? TimeUtil::ToString(time) : "";
}

// "STATE_ACTIVE" is ACTIVE, as filters spell it.
std::string Name(const std::string& value, absl::string_view prefix) {
  return std::string(absl::StripPrefix(value, prefix));
}

// Every column but the annotations', in order. Those that import has are spelled as there.
constexpr const char* kColumns[] = {"name",
                                    "uid",
                                    "account_id",
                                    "provider",
                                    "account_number",
                                    "owner_id",
                                    "owner_name",
                                    "owner_login",
                                    "label",
                                    "environment",
                                    "state",
                                    "state_reason",
                                    "health",
                                    "health_reason",
                                    "user_count",
                                    "credential_version",
                                    "fingerprint",
                                    "create_time",
                                    "update_time",
                                    "delete_time",
                                    "purge_time",
                                    "last_check_time",
                                    "last_success_time",
                                    "consecutive_failures",
                                    "etag"};

std::vector<std::string> Cells(const v1::Account& account) {
  const v1::Owner& owner = account.owner();
  return {
      account.name(),
      account.uid(),
      account.name().substr(account.name().rfind('/') + 1),
      account.provider(),
      account.account_number(),
      owner.id(),
      owner.display_name(),
      owner.username(),
      account.label(),
      absl::AsciiStrToLower(Name(v1::Environment_Name(account.environment()), "ENVIRONMENT_")),
      Name(v1::Account::State_Name(account.state()), "STATE_"),
      account.state_reason(),
      Name(v1::Account::Health_Name(account.health()), "HEALTH_"),
      account.has_health_reason()
          ? Name(v1::ErrorReason_Name(account.health_reason().code()), "ERROR_REASON_")
          : "",
      absl::StrCat(account.user_count()),
      absl::StrCat(account.credential().version()),
      account.credential().fingerprint(),
      Time(account.has_create_time(), account.create_time()),
      Time(account.has_update_time(), account.update_time()),
      Time(account.has_delete_time(), account.delete_time()),
      Time(account.has_purge_time(), account.purge_time()),
      Time(account.has_last_check_time(), account.last_check_time()),
      Time(account.has_last_success_time(), account.last_success_time()),
      absl::StrCat(account.consecutive_failures()),
      account.etag(),
  };
}

std::string CsvOf(const std::vector<v1::Account>& accounts) {
  std::set<std::string> keys;
  for (const v1::Account& account : accounts) {
    for (const auto& [key, value] : account.annotations()) keys.insert(key);
  }
  std::vector<std::string> header(std::begin(kColumns), std::end(kColumns));
  for (const std::string& key : keys) header.push_back(absl::StrCat("annotation.", key));
  std::string text = CsvLine(header);
  for (const v1::Account& account : accounts) {
    std::vector<std::string> cells = Cells(account);
    for (const std::string& key : keys) {
      const auto found = account.annotations().find(key);
      cells.push_back(found == account.annotations().end() ? "" : found->second);
    }
    text += CsvLine(cells);
  }
  return text;
}

std::string JsonLinesOf(const std::vector<v1::Account>& accounts) {
  std::string text;
  for (const v1::Account& account : accounts) absl::StrAppend(&text, ToJsonLine(account), "\n");
  return text;
}

// The whole file or none of it: a broken export must not look like a short one.
absl::Status WriteFile(const std::string& path, const std::string& text) {
  std::string name = path + ".XXXXXX";
  const int fd = mkstemp(name.data());
  FILE* file = fd < 0 ? nullptr : fdopen(fd, "w");
  bool written = file != nullptr && fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file != nullptr) written &= fclose(file) == 0;
  if (written && rename(name.c_str(), path.c_str()) == 0) return absl::OkStatus();
  absl::Status failed =
      absl::InvalidArgumentError(absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
  if (fd >= 0) unlink(name.c_str());
  return failed;
}

}  // namespace

ExitCode Export(const Options& options, const Output& output) {
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  v1::ListAccountsRequest request;
  request.set_parent(Parent(options));
  request.set_page_size(kPage);
  request.set_filter(options.filter);
  request.set_show_deleted(options.show_deleted);
  std::vector<v1::Account> accounts;
  const absl::Status listed = client->ListAll(request, [&accounts](const v1::Account& account) {
    accounts.push_back(account);
    return true;
  });
  if (!listed.ok()) return Fail(listed, output);
  const std::string text =
      options.file_format == FileFormat::kCsv ? CsvOf(accounts) : JsonLinesOf(accounts);
  if (options.file.empty() || options.file == "-") {
    std::cout << text << std::flush;
    return std::cout.good() ? kExitOk : kExitInternal;
  }
  const absl::Status written = WriteFile(options.file, text);
  if (!written.ok()) return Fail(written, output);
  std::cerr << accounts.size() << " accounts in " << Printable(options.file) << "\n";
  return kExitOk;
}

}  // namespace credlink::cli
