#include "server/accounts/watcher.h"

#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "server/accounts/resume_token.h"
#include "server/faults/faults.h"
#include "tests/accounts/watch_fixture.h"

namespace credlink {
namespace {

constexpr int kWatchers = 100;

// Keeps what is written. A reader that is never slow.
class RecordingSink final : public WatchSink {
 public:
  Task<absl::Status> Write(std::shared_ptr<const std::string> response) override {
    MutexLock lock(mutex_);
    responses_.push_back(std::move(response));
    changed_.NotifyAll();
    co_return absl::OkStatus();
  }

  // The first `count` responses, as soon as they are there.
  std::vector<std::shared_ptr<const std::string>> WaitFor(size_t count) {
    MutexLock lock(mutex_);
    while (responses_.size() < count) changed_.Wait(mutex_);
    return {responses_.begin(), responses_.begin() + static_cast<int64_t>(count)};
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::vector<std::shared_ptr<const std::string>> responses_ ABSL_GUARDED_BY(mutex_);
};

v1::WatchAccountsResponse Parse(const std::shared_ptr<const std::string>& response) {
  v1::WatchAccountsResponse parsed;
  EXPECT_TRUE(parsed.ParseFromString(*response));
  return parsed;
}

class WatcherTest : public testing::Test {
 protected:
  std::future<absl::Status> Watch(RecordingSink& sink, const std::string& token = "") {
    v1::WatchAccountsRequest request;
    request.set_parent("tenants/acme");
    request.set_resume_token(token);
    return StartTask(fixture_.executor(), fixture_.watcher().Watch(std::move(request), sink));
  }

  void ExpectStopping(std::future<absl::Status>& watch) {
    EXPECT_EQ(ReasonOf(watch.get()), v1::ERROR_REASON_SERVER_STOPPING);
  }

  WatchFixture fixture_;
};

TEST_F(WatcherTest, AHundredWatchersShareReadingsAndResponses) {
  std::deque<RecordingSink> sinks(kWatchers);
  std::vector<std::future<absl::Status>> watches;
  for (RecordingSink& sink : sinks) watches.push_back(Watch(sink));
  for (RecordingSink& sink : sinks) sink.WaitFor(1);
  fixture_.Commit("acme", "first");
  for (RecordingSink& sink : sinks) sink.WaitFor(2);
  const int before = fixture_.store().readings();
  EXPECT_LE(before, 20) << "they began at the same place";

  constexpr int kEvents = 10;
  for (int i = 0; i < kEvents; ++i) {
    fixture_.Commit("acme", absl::StrCat("event-", i));
    std::set<std::shared_ptr<const std::string>> responses;
    for (RecordingSink& sink : sinks) responses.insert(sink.WaitFor(3 + i).back());
    EXPECT_EQ(responses.size(), 1) << "all wrote the same bytes";
    EXPECT_EQ(Parse(*responses.begin()).events(0).actor(), absl::StrCat("event-", i));
  }
  // One reading an event; a first one that found the event before it was announced may add two.
  EXPECT_LE(fixture_.store().readings() - before, kEvents + 2);

  fixture_.feed().Close();
  for (auto& watch : watches) ExpectStopping(watch);
}

TEST_F(WatcherTest, EventsThatWereNotAnnouncedComeWithTheNextThatIs) {
  RecordingSink sink;
  auto watch = Watch(sink);
  sink.WaitFor(1);
  fixture_.Store("acme", "quiet");
  fixture_.Commit("acme", "loud");
  v1::WatchAccountsResponse all;
  for (size_t seen = 2; all.events_size() < 2; ++seen) {
    all.MergeFrom(Parse(sink.WaitFor(seen).back()));
  }
  EXPECT_EQ(all.events(0).actor(), "quiet");
  EXPECT_EQ(all.events(1).actor(), "loud");
  fixture_.feed().Close();
  ExpectStopping(watch);
}

TEST_F(WatcherTest, BatchesAreBoundedInNumberAndBytes) {
  for (int i = 0; i < 150; ++i) fixture_.Store("acme", absl::StrCat("small-", i));
  for (int i = 0; i < 4; ++i) fixture_.Store("acme", absl::StrCat("big-", i), 30'000);
  RecordingSink sink;
  auto watch = Watch(sink, MakeResumeToken(fixture_.keys(), "acme", 0));
  const auto responses = sink.WaitFor(4);
  EXPECT_EQ(Parse(responses[0]).events_size(), 0) << "where the watch began";
  EXPECT_EQ(Parse(responses[1]).events_size(), 100);
  v1::WatchAccountsResponse all;
  for (const auto& response : responses) {
    EXPECT_LT(response->size(), 80'000);
    all.MergeFrom(Parse(response));
  }
  ASSERT_EQ(all.events_size(), 154);
  for (int i = 0; i < 154; ++i) EXPECT_EQ(all.events(i).sequence(), i + 1);
  fixture_.feed().Close();
  ExpectStopping(watch);
}

TEST_F(WatcherTest, AClosedFeedEndsANewWatchBeforeItWrites) {
  fixture_.feed().Close();
  RecordingSink sink;
  auto watch = Watch(sink);
  ExpectStopping(watch);
  EXPECT_TRUE(sink.WaitFor(0).empty());
}

}  // namespace
}  // namespace credlink
