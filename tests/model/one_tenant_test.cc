// Many at once on one tenant: what each call answers is anybody's guess, but not what must hold
// afterwards.

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <map>
#include <set>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/model/client.h"
#include "tests/model/fake_world.h"
#include "tests/model/random.h"
#include "tests/model/settings.h"
#include "tests/model/watch_reader.h"
#include "tests/rpc/test_server.h"

namespace credlink::model {
namespace {

constexpr char kParent[] = "tenants/crowded";
constexpr int kWorkers = 8;

class OneServer final : public ServerLine {
 public:
  explicit OneServer(TestServer& server) : server_(server) {}
  Connection ConnectAfter(int server) override {
    if (server > 0) return {};
    return {1, v1::LinkService::NewStub(server_.NewChannel())};
  }

 private:
  TestServer& server_;
};

// A thread that makes calls, mostly on the few accounts that were linked last.
class Worker {
 public:
  Worker(ServerLine& servers, LastPassWorld& world, FakeClock& clock, std::atomic<int>& newest,
         uint64_t seed)
      : client_(servers), world_(world), clock_(clock), newest_(newest), random_(seed) {}

  void Run(int calls) {
    for (int i = 0; i < calls; ++i) {
      clock_.Advance(absl::Milliseconds(1));
      if (random_.Percent(2)) world_.Reset(AnyCid(), random_.Percent(50));
      CallOne();
    }
  }
  // Ended with neither success nor a reason that the API has for it.
  const std::vector<std::string>& faults() const { return faults_; }
  int done() const { return done_; }

 private:
  static std::string AnyId(int number) { return absl::StrCat("id-", number); }
  std::string AnyCid() { return LastPassWorld::CidOf(random_.Below(2)); }
  std::string AnyName() {
    const int number = std::max(0, newest_.load() - random_.Below(12));
    return absl::StrCat(kParent, "/accounts/", AnyId(number));
  }
  void SetCredentials(v1::Credentials& credentials) {
    const LastPassWorld::Shared shared(world_);
    const std::string cid = AnyCid();
    credentials.mutable_lastpass()->set_account_number(cid);
    credentials.mutable_lastpass()->set_provisioning_hash(world_.company(cid).live());
  }

  template <typename Request>
  void Call(const Request& request) {
    // The provider asks the world meanwhile.
    const LastPassWorld::Shared shared(world_);
    auto response = ResponseOf(MethodOf(request));
    const grpc::Status status = client_.Call(MethodOf(request), request, &response);
    done_ += status.ok() ? 1 : 0;
    const std::string reason = ReasonOf(status);
    const bool fault = reason == "INTERNAL" || reason == "INTEGRITY_FAILURE" ||
                       reason == "KEY_UNAVAILABLE" || (!status.ok() && reason.empty());
    if (fault) {
      faults_.push_back(absl::StrCat(request.GetDescriptor()->name(), " ", status.error_code(), " ",
                                     reason, " ", status.error_message()));
    }
  }
  template <typename Request>
  void CallNamed(Request request) {
    request.set_name(AnyName());
    Call(request);
  }

  void Link() {
    v1::LinkAccountRequest request;
    request.set_parent(kParent);
    request.set_account_id(AnyId(random_.Percent(50) ? ++newest_ : newest_.load()));
    request.mutable_owner()->set_id(absl::StrCat("owner-", random_.Below(4)));
    SetCredentials(*request.mutable_credentials());
    // Several threads send the same now and then.
    request.set_request_id(absl::StrCat("link-", newest_.load() - random_.Below(2)));
    Call(request);
  }
  void Rotate() {
    v1::RotateCredentialsRequest request;
    request.set_apply_to_same_account_number(random_.Percent(30));
    SetCredentials(*request.mutable_credentials());
    CallNamed(request);
  }
  void Update() {
    v1::UpdateAccountRequest request;
    request.mutable_account()->set_name(AnyName());
    request.mutable_account()->set_label(absl::StrCat(random_.Below(1000)));
    request.mutable_update_mask()->add_paths("label");
    Call(request);
  }
  void CallOne() {
    switch (random_.Below(10)) {
      case 0:
      case 1:
        return Link();
      case 2:
        return Rotate();
      case 3:
        return Update();
      case 4:
        return CallNamed(v1::SuspendAccountRequest());
      case 5:
        return CallNamed(v1::ResumeAccountRequest());
      case 6:
        return CallNamed(v1::DeleteAccountRequest());
      case 7:
        return random_.Percent(50) ? CallNamed(v1::UndeleteAccountRequest())
                                   : CallNamed(v1::PurgeAccountRequest());
      case 8:
        return CallNamed(v1::RollbackCredentialsRequest());
      default:
        return CallNamed(v1::CheckAccountRequest());
    }
  }

  Client client_;
  LastPassWorld& world_;
  FakeClock& clock_;
  std::atomic<int>& newest_;
  Random random_;
  std::vector<std::string> faults_;
  int done_ = 0;
};

// What events tell: all but the bookkeeping of checks.
v1::Account WithoutBookkeeping(v1::Account account) {
  account.clear_user_count();
  account.clear_last_check_time();
  account.clear_last_success_time();
  account.clear_last_check_reason();
  account.clear_consecutive_failures();
  account.mutable_credential()->clear_last_verified_time();
  for (v1::CredentialInfo& info : *account.mutable_previous_credentials()) {
    info.clear_last_verified_time();
  }
  return account;
}

// The tenant as its events have it.
class Replay {
 public:
  void Take(const v1::Event& event) {
    EXPECT_EQ(event.sequence(), ++sequence_);
    const v1::Account& account = event.account();
    SCOPED_TRACE(absl::StrCat("event ", sequence_, " of ", account.name()));
    const auto before = accounts_.find(account.name());
    if (event.type() == v1::Event::TYPE_LINKED) {
      EXPECT_TRUE(names_.insert(account.name()).second) << "a name was used again";
      EXPECT_EQ(account.credential().version(), 1);
    } else if (before == accounts_.end()) {
      ADD_FAILURE() << "of an account that is not there";
      return;
    }
    if (event.type() == v1::Event::TYPE_PURGED) {
      accounts_.erase(before);
      return;
    }
    if (before != accounts_.end()) {
      const bool swapped = event.type() == v1::Event::TYPE_CREDENTIALS_ROTATED ||
                           event.type() == v1::Event::TYPE_CREDENTIALS_ROLLED_BACK;
      EXPECT_EQ(account.credential().version(),
                before->second.credential().version() + (swapped ? 1 : 0));
      EXPECT_NE(account.etag(), before->second.etag());
      EXPECT_EQ(account.uid(), before->second.uid());
    }
    EXPECT_TRUE(etags_.insert(account.name() + account.etag()).second) << "an etag came twice";
    accounts_[account.name()] = account;
  }
  const std::map<std::string, v1::Account>& accounts() const { return accounts_; }
  int64_t sequence() const { return sequence_; }

 private:
  int64_t sequence_ = 0;
  std::set<std::string> names_;
  std::set<std::string> etags_;
  std::map<std::string, v1::Account> accounts_;
};

std::map<std::string, v1::Account> ListAll(Client& client) {
  std::map<std::string, v1::Account> all;
  v1::ListAccountsRequest request;
  request.set_parent(kParent);
  request.set_page_size(1000);
  request.set_show_deleted(true);
  do {
    v1::ListAccountsResponse page;
    const grpc::Status status = client.Call(&Stub::ListAccounts, request, &page);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const v1::Account& account : page.accounts()) all[account.name()] = account;
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

TEST(OneTenantTest, WhateverEightDoAtOnceItsEventsGiveWhatIsThere) {
  const uint64_t seed = Seed();
  const int share = OperationCount(16'000) / kWorkers;
  TestServer server;
  FakeWorld world(server.provider(), server.clock());
  OneServer line(server);
  WatchReader watch(line, kParent);
  std::atomic<int> newest = 0;
  std::vector<std::unique_ptr<Worker>> workers;
  for (int i = 0; i < kWorkers; ++i) {
    workers.push_back(std::make_unique<Worker>(line, world, server.clock(), newest,
                                               seed + static_cast<uint64_t>(i)));
  }
  std::vector<std::thread> threads;
  for (auto& worker : workers) {
    threads.emplace_back([&worker, share] { worker->Run(share); });
  }
  for (std::thread& thread : threads) thread.join();
  int done = 0;
  for (auto& worker : workers) {
    done += worker->done();
    EXPECT_EQ(worker->faults(), std::vector<std::string>());
  }

  // A last event, behind which there is none.
  Client client(line);
  v1::LinkAccountRequest last;
  last.set_parent(kParent);
  last.set_account_id("last");
  last.mutable_owner()->set_id("last");
  last.mutable_credentials()->mutable_lastpass()->set_account_number(LastPassWorld::CidOf(3));
  last.mutable_credentials()->mutable_lastpass()->set_provisioning_hash(
      LastPassWorld::HashOf(LastPassWorld::CidOf(3), 0));
  v1::LinkAccountResponse linked;
  ASSERT_TRUE(client.Call(&Stub::LinkAccount, last, &linked).ok());
  Replay replay;
  while (replay.accounts().count(linked.account().name()) == 0) {
    const absl::optional<v1::Event> event = watch.Next(absl::Seconds(30));
    ASSERT_TRUE(event) << watch.fault();
    replay.Take(*event);
  }

  const std::map<std::string, v1::Account> listed = ListAll(client);
  ASSERT_EQ(listed.size(), replay.accounts().size());
  std::set<std::string> live;
  for (const auto& [name, account] : listed) {
    SCOPED_TRACE(name);
    ASSERT_EQ(replay.accounts().count(name), 1u);
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(
        WithoutBookkeeping(account), WithoutBookkeeping(replay.accounts().at(name))));
    if (account.state() == v1::Account::STATE_DELETED) continue;
    EXPECT_TRUE(live.insert(account.owner().id() + " " + account.account_number()).second)
        << "linked twice";
  }
  std::printf("%d calls, %d successful, %lld events, %zu accounts\n", share * kWorkers, done,
              static_cast<long long>(replay.sequence()), listed.size());
  EXPECT_GT(done, share);
}

}  // namespace
}  // namespace credlink::model
