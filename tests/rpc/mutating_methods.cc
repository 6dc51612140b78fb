#include "tests/rpc/mutating_methods.h"

#include <type_traits>

namespace credlink {
namespace {

using ::google::protobuf::Message;

template <typename Request>
std::unique_ptr<Message> Make() {
  return std::make_unique<Request>();
}

template <>
std::unique_ptr<Message> Make<v1::UpdateAccountRequest>() {
  return std::make_unique<v1::UpdateAccountRequest>(LabelUpdate("", "new label"));
}

template <>
std::unique_ptr<Message> Make<v1::RotateCredentialsRequest>() {
  return std::make_unique<v1::RotateCredentialsRequest>(RotationTo("", "hash-9"));
}

template <typename Request>
AnyAnswer SendAs(TestServer& server, const Message& request) {
  const auto answer = Send(server, static_cast<const Request&>(request));
  AnyAnswer any;
  any.status = answer.status;
  any.bytes = answer.response.SerializeAsString();
  if constexpr (std::is_same_v<Request, v1::PurgeAccountRequest>) {
    any.receipt = answer.response.receipt();
  } else {
    any.account = answer.response.account();
  }
  return any;
}

void Nothing(TestServer&, const std::string&) {}
void MakeOlderVersion(TestServer& server, const std::string& account) {
  Send(server, RotationTo(account, "hash-2"));
}
// So that the check has something to tell.
void BreakHash(TestServer& server, const std::string&) { Refuse(server, {"hash-1"}); }
void Suspend(TestServer& server, const std::string& account) {
  Send(server, For<v1::SuspendAccountRequest>(account));
}
void Delete(TestServer& server, const std::string& account) {
  Send(server, For<v1::DeleteAccountRequest>(account));
}

template <typename Request>
MutatingMethod Method(const char* name, v1::Event::Type event, bool asks_provider,
                      void (*prepare)(TestServer&, const std::string&)) {
  const char* field = std::is_same_v<Request, v1::UpdateAccountRequest> ? "account.name" : "name";
  return {name, field, event, asks_provider, prepare, &Make<Request>, &SendAs<Request>};
}

void SetText(Message& request, const char* field, const std::string& value) {
  const auto* own = request.GetDescriptor()->FindFieldByName(field);
  if (own != nullptr) return request.GetReflection()->SetString(&request, own, value);
  const auto* account = request.GetDescriptor()->FindFieldByName("account");
  SetText(*request.GetReflection()->MutableMessage(&request, account), field, value);
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const MutatingMethod& method) {
  return out << method.name;
}

const std::vector<MutatingMethod>& MutatingMethods() {
  static const auto* const kMethods = new std::vector<MutatingMethod>{
      Method<v1::UpdateAccountRequest>("Update", v1::Event::TYPE_UPDATED, false, &Nothing),
      Method<v1::RotateCredentialsRequest>("Rotate", v1::Event::TYPE_CREDENTIALS_ROTATED, true,
                                           &Nothing),
      Method<v1::RollbackCredentialsRequest>("Rollback", v1::Event::TYPE_CREDENTIALS_ROLLED_BACK,
                                             true, &MakeOlderVersion),
      Method<v1::CheckAccountRequest>("Check", v1::Event::TYPE_HEALTH_CHANGED, true, &BreakHash),
      Method<v1::SuspendAccountRequest>("Suspend", v1::Event::TYPE_SUSPENDED, false, &Nothing),
      Method<v1::ResumeAccountRequest>("Resume", v1::Event::TYPE_RESUMED, false, &Suspend),
      Method<v1::DeleteAccountRequest>("Delete", v1::Event::TYPE_DELETED, false, &Nothing),
      Method<v1::UndeleteAccountRequest>("Undelete", v1::Event::TYPE_UNDELETED, false, &Delete),
      Method<v1::PurgeAccountRequest>("Purge", v1::Event::TYPE_PURGED, false, &Delete),
  };
  return *kMethods;
}

AnyAnswer Send(TestServer& server, const MutatingMethod& method, const CommonFields& fields) {
  const std::unique_ptr<Message> request = method.make();
  SetText(*request, "name", fields.name);
  SetText(*request, "etag", fields.etag);
  SetText(*request, "request_id", fields.request_id);
  const auto* validate_only = request->GetDescriptor()->FindFieldByName("validate_only");
  request->GetReflection()->SetBool(request.get(), validate_only, fields.validate_only);
  return method.send(server, *request);
}

}  // namespace credlink
