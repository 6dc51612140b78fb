// What a watch needs, with a store in memory and events written by hand.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/accounts/event_feed.h"
#include "server/accounts/watcher.h"
#include "server/runtime/executor.h"
#include "server/secrets/key_ring.h"
#include "server/store/memory_store.h"
#include "tests/accounts/counting_store.h"
#include "tests/runtime/run_task.h"
#include "tests/secrets/key_files.h"

namespace credlink {

class WatchFixture {
 public:
  explicit WatchFixture(WatcherOptions options = {}, EventFeed::Options feed_options = {})
      : key_provider_(key_files_.New("key")),
        keys_(*RunTask(executor_, KeyRing::Open(*key_provider_, memory_store_))),
        feed_(feed_options),
        watcher_(store_, *keys_, feed_, options) {}

  // The time of every event.
  static absl::Time Now() { return absl::FromUnixSeconds(1'800'000'000); }

  // Stores one event, whose actor tells it from others, and announces it.
  void Commit(const std::string& tenant, const std::string& actor, size_t label_bytes = 0) {
    Store(tenant, actor, label_bytes);
    feed_.Announce(tenant);
  }

  // The same without a word to anybody.
  void Store(const std::string& tenant, const std::string& actor, size_t label_bytes = 0) {
    v1::Event event;
    event.set_type(v1::Event::TYPE_UPDATED);
    event.mutable_time()->set_seconds(absl::ToUnixSeconds(Now()));
    event.set_actor(actor);
    event.mutable_account()->set_label(std::string(label_bytes, 'x'));
    ChangeSet changes;
    changes.tenant = tenant;
    changes.events.push_back(std::move(event));
    changes.now = Now();
    ASSERT_TRUE(RunTask(executor_, store_.Apply(std::move(changes))).ok());
  }

  // Forgets the oldest events of all tenants.
  void Compact(int events) {
    const auto forgotten =
        RunTask(executor_, store_.CompactEvents(Now() + absl::Seconds(1), events));
    ASSERT_TRUE(forgotten.ok());
    ASSERT_EQ(*forgotten, events);
  }

  Executor& executor() { return executor_; }
  CountingStore& store() { return store_; }
  KeyRing& keys() { return *keys_; }
  EventFeed& feed() { return feed_; }
  Watcher& watcher() { return watcher_; }

 private:
  KeyFiles key_files_;
  MemoryStore memory_store_;
  CountingStore store_{memory_store_};
  std::unique_ptr<FileKeyProvider> key_provider_;
  Executor executor_{2};
  std::unique_ptr<KeyRing> keys_;
  EventFeed feed_;
  Watcher watcher_;
};

}  // namespace credlink
