#include "client/cli/calling.h"

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cli/local_errors.h"
#include "client/cli/secret_input.h"
#include "server/providers/lastpass/pasted_text.h"

namespace credlink::cli {

absl::StatusOr<client::Client> Connect(const Options& options) {
  const absl::Status server = client::CheckServer(options.channel.server);
  if (!server.ok()) return absl::InvalidArgumentError(absl::StrCat("--server ", server.message()));
  client::Client::Timeouts timeouts;
  if (options.timeout_seconds > 0) {
    timeouts.read = timeouts.write = timeouts.live_check = absl::Seconds(options.timeout_seconds);
  }
  absl::StatusOr<client::Client> client = client::Client::Connect(options.channel, timeouts);
  if (client.ok()) return client;
  return absl::Status(client.status().code(), absl::StrCat(client.status().message(),
                                                           " (--tls-ca, --tls-cert, --tls-key)"));
}

ExitCode Fail(const absl::Status& status, const Output& output) {
  output.Error(status);
  return ExitCodeOf(status);
}

ExitCode FailChange(const absl::Status& status, const Options& options, const Output& output) {
  if (options.validate_only || !IsUnknownOutcome(status)) return Fail(status, output);
  return Fail(WithRequestId(status, MergesAnnotations(options) ? "" : options.request_id), output);
}

std::string Parent(const Options& options) { return absl::StrCat("tenants/", options.tenant); }

absl::StatusOr<std::string> AccountName(const Options& options) {
  if (absl::StartsWith(options.name, "tenants/")) return options.name;
  if (options.tenant.empty()) {
    return absl::InvalidArgumentError("--tenant is needed, or the account's whole name");
  }
  return absl::StrCat(Parent(options), "/accounts/", options.name);
}

bool MergesAnnotations(const Options& options) {
  return absl::c_linear_search(options.update_paths, "annotations") && !options.clear_annotations;
}

std::map<std::string, std::string> Annotations(const Options& options) {
  std::map<std::string, std::string> annotations;
  for (const std::string& pair : options.annotation_pairs) {
    const size_t equals = pair.find('=');
    annotations[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return annotations;
}

absl::Status ReadHashInto(const Options& options, v1::LastPassCredentials& credentials) {
  const char* where = options.hash_file.empty() ? "provisioning hash: " : "--hash-file: ";
  absl::StatusOr<Secret> hash = ReadHash(options.hash_file);
  if (!hash.ok()) {
    return absl::Status(hash.status().code(), absl::StrCat(where, hash.status().message()));
  }
  const absl::string_view bytes = hash->Reveal();
  if (!lastpass::IsUtf8(bytes)) {
    const bool is_utf16 =
        absl::StartsWith(bytes, "\xff\xfe") || absl::StartsWith(bytes, "\xfe\xff");
    return absl::InvalidArgumentError(absl::StrCat(
        where, "must be UTF-8",
        is_utf16 ? ", and this begins with UTF-16's byte order mark: save it anew as UTF-8" : ""));
  }
  credentials.set_provisioning_hash(bytes.data(), bytes.size());
  return absl::OkStatus();
}

std::string Done(const Options& options, const char* done) {
  if (options.validate_only) return "It would be done; nothing was stored.\n";
  return absl::StrCat(done, "\n");
}

}  // namespace credlink::cli
