#include "client/cli/calling.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cli/secret_input.h"

namespace credlink::cli {

absl::StatusOr<client::Client> Connect(const Options& options) {
  client::Client::Timeouts timeouts;
  if (options.timeout_seconds > 0) {
    timeouts.read = timeouts.write = timeouts.live_check = absl::Seconds(options.timeout_seconds);
  }
  return client::Client::Connect(options.channel, timeouts);
}

ExitCode Fail(const absl::Status& status, const Output& output) {
  output.Error(status);
  return ExitCodeOf(status);
}

std::string Parent(const Options& options) { return absl::StrCat("tenants/", options.tenant); }

absl::StatusOr<std::string> AccountName(const Options& options) {
  if (absl::StartsWith(options.name, "tenants/")) return options.name;
  if (options.tenant.empty()) {
    return absl::InvalidArgumentError("--tenant is needed, or the account's whole name");
  }
  return absl::StrCat(Parent(options), "/accounts/", options.name);
}

absl::Status ReadHashInto(const Options& options, v1::LastPassCredentials& credentials) {
  absl::StatusOr<Secret> hash = ReadHash(options.hash_file);
  if (!hash.ok()) return hash.status();
  const absl::string_view bytes = hash->Reveal();
  credentials.set_provisioning_hash(bytes.data(), bytes.size());
  return absl::OkStatus();
}

std::string Done(const Options& options, const char* done) {
  if (options.validate_only) return "It would be done; nothing was stored.\n";
  return absl::StrCat(done, "\n");
}

}  // namespace credlink::cli
