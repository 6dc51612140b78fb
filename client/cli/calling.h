// What the commands share: how they connect, fail, name accounts and read the hash.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "client/cli/options.h"
#include "client/cpp/client.h"

namespace credlink::cli {

absl::StatusOr<client::Client> Connect(const Options& options);

// Prints the error; its exit code.
ExitCode Fail(const absl::Status& status, const Output& output);

// The same for a change. When it may have been done all the same, also tells how to repeat it.
ExitCode FailChange(const absl::Status& status, const Options& options, const Output& output);

// tenants/{tenant}
std::string Parent(const Options& options);

// The account's whole name, from the whole name or from its last part and --tenant.
absl::StatusOr<std::string> AccountName(const Options& options);

// Whether update changes some of the annotations that the account has. Done again under the same
// request id, such a request would not be the same one, for it begins with what the account has.
bool MergesAnnotations(const Options& options);
// What the --annotation flags say.
std::map<std::string, std::string> Annotations(const Options& options);

// Reads the hash into the credentials, from --hash-file or the terminal. The account number is
// set already.
absl::Status ReadHashInto(const Options& options, v1::LastPassCredentials& credentials);

// The request of a change of an existing account: its name and what all of them have.
template <typename Request>
absl::StatusOr<Request> ChangeRequest(const Options& options) {
  absl::StatusOr<std::string> name = AccountName(options);
  if (!name.ok()) return name.status();
  Request request;
  request.set_name(*std::move(name));
  request.set_etag(options.etag);
  request.set_request_id(options.request_id);
  request.set_validate_only(options.validate_only);
  return request;
}

// "Suspended.", or what stands for it when nothing was stored.
std::string Done(const Options& options, const char* done);

}  // namespace credlink::cli
