#include <iostream>

#include "absl/strings/str_cat.h"
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
  const absl::Status ended = client->Watch(
      request, [&output](const v1::Event& event) { return output.Line(event, EventText(event)); },
      &stopper);
  if (!ended.ok()) output.Error(ended);
  if (!request.resume_token().empty()) {
    std::cerr << "To go on from here: --resume-token " << Printable(request.resume_token())
              << std::endl;
  }
  return ExitCodeOf(ended);
}

}  // namespace credlink::cli
