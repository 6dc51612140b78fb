#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/accounts/resume_token.h"
#include "tests/rpc/watch_server.h"

namespace credlink {
namespace {

constexpr char kAcme[] = "tenants/acme";
constexpr int kLargeEvents = WatchServer::kLargeEvents;

TEST(WatchTest, FromNowSeesWhatComesAndNotWhatWas) {
  WatchServer server;
  server.parts().Commit("acme", "before");
  WatchClient client(server.channel(), kAcme);
  const auto first = client.Next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->events_size(), 0);
  EXPECT_FALSE(first->resume_token().empty());
  server.parts().Commit("acme", "after");
  const auto second = client.Next();
  ASSERT_TRUE(second);
  ASSERT_EQ(second->events_size(), 1);
  const v1::Event& event = second->events(0);
  EXPECT_EQ(event.actor(), "after");
  EXPECT_EQ(event.type(), v1::Event::TYPE_UPDATED);
  EXPECT_EQ(event.sequence(), 2);
  EXPECT_EQ(event.resume_token(), second->resume_token());
}

TEST(WatchTest, GoesOnBehindAResumeToken) {
  WatchServer server;
  WatchClient first(server.channel(), kAcme);
  const std::string start = first.Next()->resume_token();
  for (int i = 1; i <= 5; ++i) server.parts().Commit("acme", absl::StrCat("event-", i));
  const std::vector<v1::Event> all = first.NextEvents(5);
  ASSERT_EQ(all.size(), 5);
  // From every place there is: the beginning, and behind each event.
  for (int place = 0; place <= 4; ++place) {
    const std::string token = place == 0 ? start : all[place - 1].resume_token();
    WatchClient again(server.channel(), kAcme, token);
    EXPECT_EQ(again.Next()->resume_token(), token) << "the first response tells where it began";
    const std::vector<v1::Event> rest = again.NextEvents(5 - place);
    ASSERT_EQ(rest.size(), 5 - place);
    for (size_t i = 0; i < rest.size(); ++i) {
      EXPECT_EQ(rest[i].SerializeAsString(), all[place + i].SerializeAsString());
    }
  }
}

TEST(WatchTest, OneTenantsEventsGoToItsWatchersOnly) {
  WatchServer server;
  WatchClient acme(server.channel(), kAcme);
  WatchClient other(server.channel(), "tenants/other");
  const std::string acme_token = acme.Next()->resume_token();
  other.Next();
  server.parts().Commit("acme", "of acme");
  server.parts().Commit("other", "of other");
  const std::vector<v1::Event> of_acme = acme.NextEvents(1);
  const std::vector<v1::Event> of_other = other.NextEvents(1);
  ASSERT_EQ(of_acme.size(), 1);
  ASSERT_EQ(of_other.size(), 1);
  EXPECT_EQ(of_acme[0].actor(), "of acme");
  EXPECT_EQ(of_other[0].actor(), "of other");
  EXPECT_EQ(of_other[0].sequence(), 1);
  WatchClient thief(server.channel(), "tenants/other", acme_token);
  EXPECT_EQ(WatchReason(thief.Finish()), "RESUME_TOKEN_INVALID");
}

TEST(WatchTest, MarksItsProgressWhileNothingHappens) {
  WatchServer server({.watcher = {.idle = absl::Milliseconds(20)}});
  server.parts().Commit("acme", "event");
  WatchClient client(server.channel(), kAcme);
  const std::string token = client.Next()->resume_token();
  for (int i = 0; i < 3; ++i) {
    const auto mark = client.Next();
    ASSERT_TRUE(mark);
    EXPECT_EQ(mark->events_size(), 0);
    EXPECT_EQ(mark->resume_token(), token);
  }
}

TEST(WatchTest, RefusesWhatItCannotRead) {
  WatchServer server;
  for (const char* parent : {"", "acme", "tenants/", "tenants/ACME", "tenants/a/accounts/b"}) {
    const grpc::Status status = WatchClient(server.channel(), parent).Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << parent;
  }
  const grpc::Status status = WatchClient(server.channel(), kAcme, "nonsense").Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(WatchReason(status), "RESUME_TOKEN_INVALID");
  EXPECT_TRUE(server.WaitForWatchers(0));
}

TEST(WatchTest, SaysWhenEventsAreNotKeptAnyMore) {
  WatchServer server;
  for (int i = 0; i < 3; ++i) server.parts().Commit("acme", "event");
  server.parts().Compact(2);
  const KeyRing& keys = server.parts().keys();
  for (const int64_t place : {0, 1, 4, 1'000'000}) {
    WatchClient client(server.channel(), kAcme, MakeResumeToken(keys, "acme", place));
    const grpc::Status status = client.Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::OUT_OF_RANGE) << place;
    EXPECT_EQ(WatchReason(status), "EVENTS_COMPACTED") << place;
  }
  WatchClient client(server.channel(), kAcme, MakeResumeToken(keys, "acme", 2));
  EXPECT_EQ(client.NextEvents(1).size(), 1);
}

TEST(WatchTest, TurnsAwayWhoeverIsTooMany) {
  WatchServer server({.max_watchers = 1});
  WatchClient first(server.channel(), kAcme);
  ASSERT_TRUE(first.Next());
  const grpc::Status status = WatchClient(server.channel(), kAcme).Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(WatchReason(status), "SERVER_OVERLOADED");
  first.Cancel();
  ASSERT_TRUE(server.WaitForWatchers(0));
  EXPECT_TRUE(WatchClient(server.channel(), kAcme).Next());
}

TEST(WatchTest, OneTenantCannotTakeAllPlaces) {
  WatchServer server({.max_watchers = 3, .max_watchers_of_tenant = 1});
  WatchClient first(server.channel(), kAcme);
  ASSERT_TRUE(first.Next());
  const grpc::Status status = WatchClient(server.channel(), kAcme).Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(WatchReason(status), "TOO_MANY_WATCHES");
  WatchClient other(server.channel(), "tenants/other");
  EXPECT_TRUE(other.Next());
  first.Cancel();
  ASSERT_TRUE(server.WaitForWatchers(1));
  EXPECT_TRUE(WatchClient(server.channel(), kAcme).Next());
}

TEST(WatchTest, ACancelledWatchLetsGoOfEverything) {
  WatchServer server;
  WatchClient client(server.channel(), kAcme);
  ASSERT_TRUE(client.Next());
  EXPECT_EQ(server.watchers(), 1);
  client.Cancel();
  EXPECT_EQ(client.Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(server.WaitForWatchers(0));
}

TEST(SlowReaderTest, IsEndedAndGetsToKnowWhyOnceItReads) {
  WatchServer server({.finish_timeout = kNoCutOff});
  WatchClient slow(server.NarrowChannel(), kAcme);
  ASSERT_TRUE(slow.Next());
  ASSERT_TRUE(server.SetWriteTimeout(absl::Milliseconds(100)));
  ASSERT_TRUE(server.HoldUp());
  ASSERT_TRUE(server.WaitForLog("WATCH_TOO_SLOW"));
  ASSERT_TRUE(server.SetWriteTimeout(kNoCutOff));
  WatchClient other(server.channel(), kAcme);
  ASSERT_TRUE(other.Next());
  EXPECT_EQ(server.watchers(), 2) << "its place is taken as long as its bytes are kept";
  EXPECT_EQ(slow.NextEvents(kLargeEvents).size(), 1) << "what was written before is not lost";
  const grpc::Status status = slow.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(WatchReason(status), "WATCH_TOO_SLOW");
  EXPECT_TRUE(server.WaitForWatchers(1));
}

TEST(SlowReaderTest, IsCutOffWhenItDoesNotReadEvenThen) {
  WatchServer server({.finish_timeout = absl::Milliseconds(50)});
  WatchClient client(server.NarrowChannel(), kAcme);
  ASSERT_TRUE(client.Next());
  ASSERT_TRUE(server.SetWriteTimeout(absl::Milliseconds(50)));
  ASSERT_TRUE(server.HoldUp());
  ASSERT_TRUE(server.WaitForLog("WATCH_TOO_SLOW"));
  EXPECT_TRUE(server.WaitForWatchers(0)) << "gRPC has let go without a byte being read";
  EXPECT_FALSE(client.Finish().ok());
}

TEST(SlowReaderTest, DoesNotHoldUpOthers) {
  WatchServer server;
  WatchClient slow(server.NarrowChannel(), kAcme);
  WatchClient quick(server.channel(), kAcme);
  ASSERT_TRUE(slow.Next());
  ASSERT_TRUE(quick.Next());
  ASSERT_TRUE(server.HoldUp());
  EXPECT_EQ(quick.NextEvents(kLargeEvents).size(), kLargeEvents);
  EXPECT_EQ(slow.NextEvents(kLargeEvents).size(), kLargeEvents)
      << "and loses nothing once it reads";
}

TEST(SlowReaderTest, IsReleasedWhenItCancels) {
  WatchServer server({.finish_timeout = kNoCutOff});
  WatchClient client(server.NarrowChannel(), kAcme);
  ASSERT_TRUE(client.Next());
  ASSERT_TRUE(server.HoldUp());
  client.Cancel();
  EXPECT_TRUE(server.WaitForWatchers(0));
  EXPECT_FALSE(client.Finish().ok());
}

TEST(DrainTest, EndsEveryWatch) {
  WatchServer server;
  std::deque<WatchClient> clients;
  for (int i = 0; i < 10; ++i) {
    clients.emplace_back(server.channel(), kAcme);
    ASSERT_TRUE(clients.back().Next());
  }
  server.parts().feed().Close();
  const Deadline deadline = Deadline::In(absl::Seconds(10));
  server.server().Drain({absl::Minutes(1)});
  EXPECT_FALSE(deadline.Passed()) << "the drain did not wait for the watches";
  for (WatchClient& client : clients) {
    const grpc::Status status = client.Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_EQ(WatchReason(status), "SERVER_STOPPING");
  }
  EXPECT_EQ(server.watchers(), 0);
}

TEST(DrainTest, ASlowReaderHoldsItUpNoLongerThanItsGrace) {
  WatchServer server({.finish_timeout = kNoCutOff});
  WatchClient client(server.NarrowChannel(), kAcme);
  ASSERT_TRUE(client.Next());
  ASSERT_TRUE(server.HoldUp());
  server.parts().feed().Close();
  const Deadline deadline = Deadline::In(absl::Seconds(10));
  server.server().Drain({absl::Milliseconds(100)});
  EXPECT_FALSE(deadline.Passed());
  EXPECT_EQ(server.watchers(), 0);
  EXPECT_NE(server.LogText().find("CANCELLED"), std::string::npos) << "its write was given up";
  EXPECT_FALSE(client.Finish().ok());
}

TEST(ManyWatchersTest, FiveHundredSeeEveryEventInOrder) {
  constexpr int kChannels = 10;
  constexpr int kEachChannel = 50;
  constexpr int kEvents = 20;
  WatchServer server;
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  std::deque<WatchClient> clients;
  for (int c = 0; c < kChannels; ++c) {
    channels.push_back(server.NewChannel());
    for (int i = 0; i < kEachChannel; ++i) clients.emplace_back(channels.back(), kAcme);
  }
  for (WatchClient& client : clients) ASSERT_TRUE(client.Next());
  EXPECT_EQ(server.watchers(), kChannels * kEachChannel);
  std::thread writer([&server] {
    for (int i = 1; i <= kEvents; ++i) server.parts().Commit("acme", absl::StrCat("event-", i));
  });
  for (WatchClient& client : clients) {
    const std::vector<v1::Event> events = client.NextEvents(kEvents);
    ASSERT_EQ(events.size(), kEvents);
    for (int i = 0; i < kEvents; ++i) {
      EXPECT_EQ(events[i].sequence(), i + 1);
      EXPECT_EQ(events[i].actor(), absl::StrCat("event-", i + 1));
    }
  }
  writer.join();
  EXPECT_LT(server.parts().store().readings(), 200) << "they share what is read";
  for (WatchClient& client : clients) client.Cancel();
  EXPECT_TRUE(server.WaitForWatchers(0));
}

}  // namespace
}  // namespace credlink
