// Links an account and lists what is linked. The hash comes from standard input:
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

  v1::ListAccountsRequest list;
  list.set_parent(std::string("tenants/") + argv[1]);
  const absl::Status listed = client->ListAll(list, [](const v1::Account& account) {
    std::cout << account.name() << " " << account.account_number() << " " << account.owner().id()
              << "\n";
    return true;
  });
  return listed.ok() ? 0 : 1;
}
