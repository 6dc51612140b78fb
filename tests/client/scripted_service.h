// A LinkService that does as it is told, and remembers what it was asked.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/server.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/notification.h"
#include "credlink/v1/error_reason.pb.h"
#include "credlink/v1/link_service.grpc.pb.h"

namespace credlink {

// An error as a whole server sends it, with its details.
grpc::Status ToScripted(const absl::Status& status);

// An error that asks for a pause of a millisecond.
grpc::Status SoonAgain(v1::ErrorReason reason);

// What a broken connection looks like to its client.
grpc::Status Broken();

// Thread-safe.
class ScriptedService final : public v1::LinkService::Service {
 public:
  using Answer = std::function<grpc::Status(const google::protobuf::Message& request,
                                            google::protobuf::Message* response)>;
  using Watcher =
      std::function<grpc::Status(grpc::ServerWriter<v1::WatchAccountsResponse>& writer)>;

  // On a free port of 127.0.0.1.
  ScriptedService();
  // At "unix:/path".
  explicit ScriptedService(const std::string& address);
  ~ScriptedService() override;

  const std::string& address() const { return address_; }

  // The next call of a method ("LinkAccount") is answered like this; several stand in line.
  void Next(const std::string& method, const grpc::Status& error);
  void Next(const std::string& method, const google::protobuf::Message& response);
  // Every call that finds nothing in line. Before this: OK, with an account of the request's name.
  void Always(const std::string& method, Answer answer);

  // The next watch; several stand in line. One that finds nothing in line stays open, silent, until
  // EndWatches().
  void NextWatch(Watcher watcher);
  // For a watcher that wants to stay open.
  void StayOpen();
  void EndWatches();

  // All requests of a type so far, in order.
  template <typename Request>
  std::vector<Request> Requests() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<Request> found;
    for (const auto& request : requests_) {
      if (const auto* of_type = dynamic_cast<const Request*>(request.get())) {
        found.push_back(*of_type);
      }
    }
    return found;
  }

#define CREDLINK_SCRIPTED(method, type)                                       \
  grpc::Status method(grpc::ServerContext*, const v1::type##Request* request, \
                      v1::type##Response* response) override {                \
    return Handle(#method, *request, response);                               \
  }
  CREDLINK_SCRIPTED(ValidateCredentials, ValidateCredentials)
  CREDLINK_SCRIPTED(LinkAccount, LinkAccount)
  CREDLINK_SCRIPTED(ListAccounts, ListAccounts)
  CREDLINK_SCRIPTED(GetAccount, GetAccount)
  CREDLINK_SCRIPTED(UpdateAccount, UpdateAccount)
  CREDLINK_SCRIPTED(RotateCredentials, RotateCredentials)
  CREDLINK_SCRIPTED(RollbackCredentials, RollbackCredentials)
  CREDLINK_SCRIPTED(CheckAccount, CheckAccount)
  CREDLINK_SCRIPTED(SuspendAccount, SuspendAccount)
  CREDLINK_SCRIPTED(ResumeAccount, ResumeAccount)
  CREDLINK_SCRIPTED(DeleteAccount, DeleteAccount)
  CREDLINK_SCRIPTED(UndeleteAccount, UndeleteAccount)
  CREDLINK_SCRIPTED(PurgeAccount, PurgeAccount)
#undef CREDLINK_SCRIPTED
  grpc::Status WatchAccounts(grpc::ServerContext* context, const v1::WatchAccountsRequest* request,
                             grpc::ServerWriter<v1::WatchAccountsResponse>* writer) override;

 private:
  grpc::Status Handle(const std::string& method, const google::protobuf::Message& request,
                      google::protobuf::Message* response);
  void Serve(const std::string& address, int* port);
  void Record(const google::protobuf::Message& request);

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<google::protobuf::Message>> requests_;
  std::map<std::string, std::deque<Answer>> in_line_;
  std::map<std::string, Answer> always_;
  std::deque<Watcher> watchers_;
  absl::Notification end_watches_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace credlink
