// Links an account, says what it is for, lists what is linked, and shows the next three changes.
// The hash comes from standard input:
//
//   bazel run //client/cpp:example -- acme 1234567 customer-17 < hash.txt

#include <iostream>
#include <string>

#include "client/cpp/client.h"

namespace v1 = credlink::v1;
using credlink::client::Client;
using credlink::client::DetailsOf;

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: example TENANT ACCOUNT_NUMBER OWNER_ID < HASH\n";
    return 2;
  }
  absl::StatusOr<Client> client = Client::Connect({});  // 127.0.0.1:50051
  if (!client.ok()) {
    std::cerr << std::string(client.status().message()) << "\n";
    return 1;
  }

  v1::LinkAccountRequest request;
  request.set_parent(std::string("tenants/") + argv[1]);
  request.mutable_owner()->set_id(argv[3]);
  v1::LastPassCredentials& credentials = *request.mutable_credentials()->mutable_lastpass();
  credentials.set_account_number(argv[2]);
  std::getline(std::cin, *credentials.mutable_provisioning_hash());

  const absl::StatusOr<v1::LinkAccountResponse> linked = client->Link(std::move(request));
  if (!linked.ok()) {
    std::cerr << std::string(linked.status().message()) << "\n"
              << DetailsOf(linked.status()).next_step.action() << "\n";
    return 1;
  }

  v1::UpdateAccountRequest update;
  update.mutable_account()->set_name(linked->account().name());
  update.mutable_account()->set_etag(linked->account().etag());  // fails when others were faster
  update.mutable_account()->set_label("Linked by the example");
  update.mutable_update_mask()->add_paths("label");
  if (const auto updated = client->Update(std::move(update)); !updated.ok()) {
    std::cerr << std::string(updated.status().message()) << "\n";
    return 1;
  }

  v1::ListAccountsRequest list;
  list.set_parent(std::string("tenants/") + argv[1]);
  const absl::Status listed = client->ListAll(list, [](const v1::Account& account) {
    std::cout << account.name() << " " << account.account_number() << " " << account.owner().id()
              << "\n";
    return true;
  });
  if (!listed.ok()) return 1;

  v1::WatchAccountsRequest watch;
  watch.set_parent(std::string("tenants/") + argv[1]);
  int left = 3;
  const absl::Status watched = client->Watch(watch, [&left](const v1::Event& event) {
    std::cout << event.sequence() << " " << v1::Event::Type_Name(event.type()) << " "
              << event.account().name() << std::endl;
    return --left > 0;
  });
  return watched.ok() ? 0 : 1;
}
