// All methods that change an account, so that what they have in common is tested over each.
#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "tests/rpc/account_calls.h"

namespace credlink {

// An answer of any of them.
struct AnyAnswer {
  bool ok() const { return status.ok(); }
  std::string reason() const { return ReasonIn(status); }

  grpc::Status status;
  std::string bytes;
  v1::Account account;       // as answered; without name in a receipt
  v1::PurgeReceipt receipt;  // likewise
};

struct MutatingMethod {
  const char* name;
  const char* name_field;  // that holds the account's name
  v1::Event::Type event;   // that it makes
  bool asks_provider;
  void (*prepare)(TestServer& server, const std::string& account);  // what a linked one needs
  std::unique_ptr<google::protobuf::Message> (*make)();  // a good request, but for what follows
  AnyAnswer (*send)(TestServer& server, const google::protobuf::Message& request);
};

std::ostream& operator<<(std::ostream& out, const MutatingMethod& method);

const std::vector<MutatingMethod>& MutatingMethods();

struct CommonFields {
  std::string name;
  std::string etag{};
  std::string request_id{};
  bool validate_only = false;
};

AnyAnswer Send(TestServer& server, const MutatingMethod& method, const CommonFields& fields);

}  // namespace credlink
