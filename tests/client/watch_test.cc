// The C++ client's Watch, against a service whose streams break on demand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cpp/client.h"
#include "client/cpp/watch_pause.h"
#include "server/faults/faults.h"
#include "tests/client/scripted_service.h"
#include "tests/store/temp_directory.h"

namespace credlink::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Writer = grpc::ServerWriter<v1::WatchAccountsResponse>;

// A response with these events, "token-N" each; without events a progress mark, "mark".
v1::WatchAccountsResponse Events(std::vector<int> sequences) {
  v1::WatchAccountsResponse response;
  response.set_resume_token("mark");
  for (int sequence : sequences) {
    v1::Event& event = *response.add_events();
    event.set_sequence(sequence);
    event.set_resume_token(absl::StrCat("token-", sequence));
    response.set_resume_token(event.resume_token());
  }
  return response;
}

class WatchTest : public testing::Test {
 protected:
  WatchTest() {
    absl::StatusOr<Client> client = Client::Connect({.server = service_.address()});
    EXPECT_TRUE(client.ok());
    client_ = std::make_unique<Client>(*std::move(client));
    request_.set_parent("tenants/acme");
  }

  // Watches until so many events have come.
  absl::Status Watch(size_t count) {
    return client_->Watch(request_, [this, count](const v1::Event& event) {
      seen_.push_back(event.sequence());
      return seen_.size() < count;
    });
  }
  std::vector<std::string> Tokens() {
    std::vector<std::string> tokens;
    for (const auto& request : service_.Requests<v1::WatchAccountsRequest>()) {
      EXPECT_EQ(request.parent(), "tenants/acme");
      tokens.push_back(request.resume_token());
    }
    return tokens;
  }
  void NextStream(std::vector<v1::WatchAccountsResponse> responses, grpc::Status end) {
    service_.NextWatch([responses = std::move(responses), end](Writer& writer) {
      for (const auto& response : responses) writer.Write(response);
      return end;
    });
  }

  ScriptedService service_;
  std::unique_ptr<Client> client_;
  v1::WatchAccountsRequest request_;
  std::vector<int> seen_;
};

TEST_F(WatchTest, GoesOnWhereTheStreamBroke) {
  NextStream({Events({}), Events({1, 2})}, Broken());
  NextStream({}, ToScripted(Fault(v1::ERROR_REASON_SERVER_STOPPING)));
  NextStream({Events({})}, grpc::Status::OK);
  NextStream({Events({3, 4})}, Broken());
  EXPECT_TRUE(Watch(4).ok());
  EXPECT_THAT(seen_, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(Tokens(), ElementsAre("", "token-2", "token-2", "mark"));
  EXPECT_EQ(request_.resume_token(), "token-4");
}

TEST_F(WatchTest, StandsAtTheLastEventThatWasTaken) {
  NextStream({Events({1, 2, 3})}, Broken());
  EXPECT_TRUE(Watch(2).ok());
  EXPECT_THAT(seen_, ElementsAre(1, 2));
  EXPECT_EQ(request_.resume_token(), "token-2");
}

TEST_F(WatchTest, OtherErrorsEndIt) {
  NextStream({Events({1})}, ToScripted(Fault(v1::ERROR_REASON_EVENTS_COMPACTED)));
  const absl::Status ended = Watch(10);
  EXPECT_EQ(ended.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(DetailsOf(ended).reason, "EVENTS_COMPACTED");
  EXPECT_EQ(Tokens().size(), 1u);
  EXPECT_EQ(request_.resume_token(), "token-1");
}

TEST_F(WatchTest, WaitsForAServerThatHasTooManyCalls) {
  NextStream({Events({1})}, Broken());
  NextStream({}, SoonAgain(v1::ERROR_REASON_SERVER_OVERLOADED));
  NextStream({Events({2})}, Broken());
  EXPECT_TRUE(Watch(2).ok());
  EXPECT_THAT(seen_, ElementsAre(1, 2));
  EXPECT_THAT(Tokens(), ElementsAre("", "token-1", "token-1"));
}

TEST_F(WatchTest, AServerThatHasTooManyCallsAtTheStartIsAnError) {
  NextStream({}, SoonAgain(v1::ERROR_REASON_SERVER_OVERLOADED));
  EXPECT_EQ(DetailsOf(Watch(1)).reason, "SERVER_OVERLOADED");
}

TEST(WatchPauseTest, GrowsAndIsAsLongAsTheServerAsksFor) {
  WatchPause pause;
  const absl::Status broke = absl::UnavailableError("");
  EXPECT_EQ(pause.Next(broke, 0), absl::Milliseconds(100));
  EXPECT_EQ(pause.Next(broke, 0), absl::Milliseconds(200));
  EXPECT_EQ(pause.Next(broke, 1), absl::Milliseconds(600)) << "half as long again, by chance";
  const absl::Status busy = Fault(v1::ERROR_REASON_SERVER_OVERLOADED, {}, absl::Seconds(30));
  EXPECT_EQ(pause.Next(busy, 0), absl::Seconds(30));
  for (int i = 0; i < 10; ++i) pause.Next(broke, 0);
  EXPECT_EQ(pause.Next(broke, 0), absl::Seconds(5));
  pause.Reset();
  EXPECT_EQ(pause.Next(absl::OkStatus(), 0), absl::Milliseconds(100));
}

TEST(WatchPauseTest, WhatMayPass) {
  EXPECT_TRUE(WatchPause::MayPass(absl::OkStatus()));
  EXPECT_TRUE(WatchPause::MayPass(absl::UnavailableError("")));
  EXPECT_TRUE(WatchPause::MayPass(Fault(v1::ERROR_REASON_SERVER_OVERLOADED)));
  EXPECT_FALSE(WatchPause::MayPass(Fault(v1::ERROR_REASON_WATCH_TOO_SLOW)));
  EXPECT_FALSE(WatchPause::MayPass(Fault(v1::ERROR_REASON_EVENTS_COMPACTED)));
}

TEST_F(WatchTest, AServerThatIsNotThereAtTheStartIsAnError) {
  NextStream({}, Broken());
  EXPECT_EQ(Watch(1).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Tokens().size(), 1u);
}

TEST_F(WatchTest, AStopperEndsAStreamThatIsSilent) {
  Stopper stopper;
  service_.NextWatch([this, &stopper](Writer& writer) {
    writer.Write(Events({}));
    stopper.Stop();
    service_.StayOpen();
    return grpc::Status::OK;
  });
  const auto take = [](const v1::Event&) { return true; };
  EXPECT_TRUE(client_->Watch(request_, take, &stopper).ok());
  EXPECT_TRUE(stopper.stopped());
  EXPECT_EQ(Tokens().size(), 1u);
  EXPECT_TRUE(client_->Watch(request_, take, &stopper).ok()) << "once stopped, always stopped";
  EXPECT_EQ(Tokens().size(), 1u);
  EXPECT_THAT(seen_, IsEmpty());
}

// Listens in a server's place, and answers nobody.
class DeafListener {
 public:
  explicit DeafListener(const std::string& path) : path_(path) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(fd_, 1), 0);
  }
  ~DeafListener() {
    close(fd_);
    unlink(path_.c_str());
  }
  DeafListener(const DeafListener&) = delete;
  DeafListener& operator=(const DeafListener&) = delete;

  // Until somebody looks for the server.
  void WaitForCaller() {
    const int caller = accept(fd_, nullptr, nullptr);
    EXPECT_GE(caller, 0);
    close(caller);
  }

 private:
  const std::string path_;
  const int fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

// A watch whose server goes away behind its first event.
class WatchOutageTest : public testing::Test {
 protected:
  WatchOutageTest() : path_(folder_.File("socket")), address_("unix:" + path_) {
    Serve(1, Broken());
  }

  void Serve(int sequence, grpc::Status end) {
    service_ = std::make_unique<ScriptedService>(address_);
    service_->NextWatch([sequence, end](Writer& writer) {
      writer.Write(Events({sequence}));
      return end;
    });
  }
  // Watches until event 2; `then` runs once the watch looks for the server.
  absl::Status Watch(std::function<void()> then) {
    absl::StatusOr<Client> client = Client::Connect({.server = address_});
    EXPECT_TRUE(client.ok());
    v1::WatchAccountsRequest request;
    std::thread other;
    const auto on_connection = [&](bool connected) {
      told_.push_back(connected);
      if (connected) return;
      service_.reset();
      auto listener = std::make_unique<DeafListener>(path_);
      other = std::thread([&then, listener = std::move(listener)]() mutable {
        listener->WaitForCaller();
        listener.reset();
        then();
      });
    };
    const absl::Status ended = client->Watch(
        request, [](const v1::Event& event) { return event.sequence() < 2; }, &stopper_,
        on_connection);
    other.join();
    return ended;
  }

  TempDirectory folder_{"/tmp"};  // a socket's path must be short
  const std::string path_, address_;
  std::unique_ptr<ScriptedService> service_;
  Stopper stopper_;
  std::vector<bool> told_;
};

TEST_F(WatchOutageTest, FindsTheServerWhenItIsBack) {
  EXPECT_TRUE(Watch([this] { Serve(2, grpc::Status::OK); }).ok());
  EXPECT_THAT(told_, ElementsAre(false, true)) << "once each";
}

TEST_F(WatchOutageTest, AStopperEndsTheSearch) {
  EXPECT_TRUE(Watch([this] { stopper_.Stop(); }).ok());
  EXPECT_THAT(told_, ElementsAre(false));
}

}  // namespace
}  // namespace credlink::client
