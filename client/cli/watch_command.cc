#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "client/cli/calling.h"
#include "client/cli/commands.h"
#include "client/cli/details.h"
#include "client/cli/interrupt.h"

namespace credlink::cli {

using client::Client;

ExitCode Watch(const Options& options, const Output& output) {
  client::Stopper stopper;
  const Interrupt interrupt([&stopper] { stopper.Stop(); });
  absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) return Fail(client.status(), output);
  v1::WatchAccountsRequest request;
  request.set_parent(Parent(options));
  request.set_resume_token(options.resume_token);
  // Where it stood before an event that could not be written.
  absl::optional<std::string> unwritten;
  const auto take = [&](const v1::Event& event) {
    if (output.Line(event, EventText(event))) return true;
    unwritten = request.resume_token();
    return false;
  };
  const auto on_connection = [](bool connected) {
    std::cerr << (connected ? "Connected again." : "The connection broke; looking for the server.")
              << std::endl;
  };
  const absl::Status ended = client->Watch(request, take, &stopper, on_connection);
  if (!ended.ok()) output.Error(ended);
  const std::string& token = unwritten ? *unwritten : request.resume_token();
  // The token itself is what the server refused, or is too old.
  const bool is_refused = absl::IsInvalidArgument(ended) || absl::IsOutOfRange(ended);
  if (!token.empty() && !is_refused) {
    std::cerr << "To go on from here: --resume-token " << Printable(token) << std::endl;
  }
  return ExitCodeOf(ended);
}

}  // namespace credlink::cli
