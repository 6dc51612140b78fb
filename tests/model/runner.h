// One tenant's calls, each made on the server and on the model, and the answers compared.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/model/client.h"
#include "tests/model/lastpass_world.h"
#include "tests/model/operations.h"
#include "tests/model/reference_model.h"
#include "tests/model/watch_reader.h"

namespace credlink::model {

struct RunnerOptions {
  uint64_t seed = 0;
  bool always_with_id = false;  // see Operations
  std::function<void()> before_call = [] {};
};

// Used by one thread at a time.
class Runner {
 public:
  Runner(ServerLine& servers, LastPassWorld& world, const std::string& tenant,
         RunnerOptions options);

  // So many calls, or fewer when `stop` says so or something is different.
  void Run(int calls, const std::atomic<bool>& stop);
  // Compares all that the tenant has: every account, and every event so far.
  void CompareAll();

  ReferenceModel& model() { return model_; }
  // The first difference between server and model; empty: there is none.
  const std::string& difference() const { return difference_; }
  int calls() const { return calls_; }
  int lost() const { return client_.lost(); }
  int events() const { return events_; }
  int refused() const { return refused_; }
  const WatchReader& watch() const { return watch_; }

 private:
  void ChangeWorld();
  template <typename Message>
  void RunOne(const Message& request, v1::ErrorReason malformed);
  void RunOne(const ListCall& list, v1::ErrorReason malformed);
  template <typename Response>
  void CompareAnswer(const Response& response, const Expected& expected, bool validate_only);
  void CompareFault(const grpc::Status& status, const Expected& expected);
  void CompareList(const std::vector<v1::Account>& accounts, const std::vector<Snapshot>& expected);
  void CompareEvents();
  // "" or the account's difference.
  std::string FitsOneOf(const v1::Event& event, EventGroup& group);
  void Differ(absl::string_view what, const std::string& how);

  LastPassWorld& world_;
  const RunnerOptions options_;
  Client client_;
  ReferenceModel model_;
  Learned learned_;
  Operations operations_;
  WatchReader watch_;
  std::string doing_;  // for the difference
  std::string difference_;
  int calls_ = 0;
  int events_ = 0;
  int refused_ = 0;
};

}  // namespace credlink::model
