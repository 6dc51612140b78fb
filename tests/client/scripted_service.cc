#include "tests/client/scripted_service.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "server/faults/faults.h"
#include "server/faults/rpc_status.h"

namespace credlink {
namespace {

using google::protobuf::Message;

// Fills in response.account.name from request.name, where there are both.
grpc::Status NameTheAccount(const Message& request, Message* response) {
  const auto* field = response->GetDescriptor()->FindFieldByName("account");
  const auto* name = request.GetDescriptor()->FindFieldByName("name");
  if (field == nullptr || name == nullptr) return grpc::Status::OK;
  auto* account =
      static_cast<v1::Account*>(response->GetReflection()->MutableMessage(response, field));
  account->set_name(request.GetReflection()->GetString(request, name));
  account->set_account_number("1234567");
  return grpc::Status::OK;
}

}  // namespace

grpc::Status ToScripted(const absl::Status& status) {
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
                      ToRpcStatus(status).SerializeAsString());
}

grpc::Status SoonAgain(v1::ErrorReason reason) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_nanos(1'000'000);
  absl::Status status = Fault(reason);
  status.SetPayload("type.googleapis.com/google.rpc.RetryInfo",
                    absl::Cord(retry.SerializeAsString()));
  return ToScripted(status);
}

grpc::Status Broken() { return grpc::Status(grpc::StatusCode::UNAVAILABLE, "connection reset"); }

ScriptedService::ScriptedService() {
  int port = 0;
  Serve("127.0.0.1:0", &port);
  address_ = absl::StrCat("127.0.0.1:", port);
}

ScriptedService::ScriptedService(const std::string& address) : address_(address) {
  Serve(address, nullptr);
}

void ScriptedService::Serve(const std::string& address, int* port) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), port);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
}

ScriptedService::~ScriptedService() {
  EndWatches();
  server_->Shutdown();
}

void ScriptedService::Next(const std::string& method, const grpc::Status& error) {
  const std::lock_guard<std::mutex> lock(mutex_);
  in_line_[method].push_back([error](const Message&, Message*) { return error; });
}

void ScriptedService::Next(const std::string& method, const Message& response) {
  const std::shared_ptr<Message> copy(response.New());
  copy->CopyFrom(response);
  const std::lock_guard<std::mutex> lock(mutex_);
  in_line_[method].push_back([copy](const Message&, Message* out) {
    out->CopyFrom(*copy);
    return grpc::Status::OK;
  });
}

void ScriptedService::Always(const std::string& method, Answer answer) {
  const std::lock_guard<std::mutex> lock(mutex_);
  always_[method] = std::move(answer);
}

void ScriptedService::NextWatch(Watcher watcher) {
  const std::lock_guard<std::mutex> lock(mutex_);
  watchers_.push_back(std::move(watcher));
}

void ScriptedService::StayOpen() { end_watches_.WaitForNotification(); }

void ScriptedService::EndWatches() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!end_watches_.HasBeenNotified()) end_watches_.Notify();
}

grpc::Status ScriptedService::WatchAccounts(grpc::ServerContext*,
                                            const v1::WatchAccountsRequest* request,
                                            grpc::ServerWriter<v1::WatchAccountsResponse>* writer) {
  Record(*request);
  Watcher watcher;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!watchers_.empty()) {
      watcher = std::move(watchers_.front());
      watchers_.pop_front();
    }
  }
  if (watcher) return watcher(*writer);
  StayOpen();
  return grpc::Status::OK;
}

void ScriptedService::Record(const Message& request) {
  std::unique_ptr<Message> copy(request.New());
  copy->CopyFrom(request);
  const std::lock_guard<std::mutex> lock(mutex_);
  requests_.push_back(std::move(copy));
}

grpc::Status ScriptedService::Handle(const std::string& method, const Message& request,
                                     Message* response) {
  Record(request);
  Answer answer = NameTheAccount;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::deque<Answer>& line = in_line_[method];
    if (!line.empty()) {
      answer = std::move(line.front());
      line.pop_front();
    } else if (const auto found = always_.find(method); found != always_.end()) {
      answer = found->second;
    }
  }
  return answer(request, response);
}

}  // namespace credlink
