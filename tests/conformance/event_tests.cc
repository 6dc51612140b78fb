// A tenant's events.
#include <gmock/gmock.h>

#include <map>
#include <string>
#include <utility>

#include "tests/conformance/account_store_suite.h"

namespace credlink {
namespace {

v1::Event EventAt(absl::Time time, const std::string& actor) {
  v1::Event event;
  event.set_type(v1::Event::TYPE_UPDATED);
  event.set_actor(actor);
  event.mutable_time()->set_seconds(absl::ToUnixSeconds(time));
  return event;
}

ChangeSet EventsOf(const std::string& tenant, std::vector<v1::Event> events) {
  ChangeSet set;
  set.tenant = tenant;
  set.now = kNow;
  set.events = std::move(events);
  return set;
}

std::vector<std::string> Actors(const EventPage& page) {
  std::vector<std::string> actors;
  for (const std::string& message : page.events) {
    v1::Event event;
    EXPECT_TRUE(event.ParseFromString(message));
    actors.push_back(event.actor());
  }
  return actors;
}

TEST_P(StoreSuite, EventsCountFromOneForEachTenant) {
  MustApply(EventsOf("acme", {EventAt(kNow, "e1"), EventAt(kNow, "e2")}));
  MustApply(EventsOf("umbrella", {EventAt(kNow, "u1")}));
  MustApply(EventsOf("acme", {EventAt(kNow, "e3")}));
  EventPage page = Get(accounts().ListEvents("acme", 0, 10, 10000));
  EXPECT_THAT(Actors(page), testing::ElementsAre("e1", "e2", "e3"));
  EXPECT_EQ(page.last, 3);
  EXPECT_EQ(page.compacted, 0);
  page = Get(accounts().ListEvents("acme", 2, 10, 10000));
  EXPECT_THAT(Actors(page), testing::ElementsAre("e3"));
  page = Get(accounts().ListEvents("umbrella", 0, 10, 10000));
  EXPECT_THAT(Actors(page), testing::ElementsAre("u1"));
  EXPECT_EQ(page.last, 1);
  page = Get(accounts().ListEvents("none", 0, 10, 10000));
  EXPECT_THAT(page.events, testing::IsEmpty());
  EXPECT_EQ(page.last, 0);
  EXPECT_EQ(page.compacted, 0);
}

TEST_P(StoreSuite, AnOutagesBeginAndEndAreEventsOnceEach) {
  const auto outage = [](v1::Event::Type type, int hour, const std::string& actor) {
    v1::Event event = EventAt(kNow + absl::Hours(hour), actor);
    event.set_type(type);
    return event;
  };
  constexpr auto kBegan = v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN;
  constexpr auto kEnded = v1::Event::TYPE_UPSTREAM_OUTAGE_ENDED;
  const auto told = [this] {
    std::map<std::string, absl::Time> tenants;
    for (const TenantOutage& outage : Get(accounts().ListOutages())) {
      tenants[outage.tenant] = outage.since;
    }
    return tenants;
  };
  const std::pair<const std::string, absl::Time> acme("acme", kNow + absl::Hours(2));
  const std::pair<const std::string, absl::Time> umbrella("umbrella", kNow + absl::Hours(1));
  MustApply(EventsOf("acme", {outage(kEnded, 0, "no"), EventAt(kNow, "e1")}));
  EXPECT_THAT(told(), testing::IsEmpty());
  MustApply(EventsOf("umbrella", {outage(kBegan, 1, "u1")}));
  MustApply(EventsOf("acme", {outage(kBegan, 2, "e2")}));
  MustApply(EventsOf("acme", {outage(kBegan, 3, "no")}));
  MustApply(EventsOf("acme", {EventAt(kNow + absl::Hours(3), "e3"), outage(kBegan, 3, "no")}));
  EXPECT_THAT(told(), testing::ElementsAre(acme, umbrella));
  // The event may be forgotten while the outage goes on.
  EXPECT_EQ(Get(accounts().CompactEvents(kNow + absl::Hours(2), 10)), 2) << "e1, u1";
  EXPECT_THAT(told(), testing::ElementsAre(acme, umbrella));
  MustApply(EventsOf("acme", {outage(kEnded, 4, "e4")}));
  MustApply(EventsOf("acme", {outage(kEnded, 5, "no")}));
  EXPECT_THAT(told(), testing::ElementsAre(umbrella));
  MustApply(EventsOf("acme", {outage(kBegan, 6, "e5"), outage(kEnded, 6, "e6")}));
  EXPECT_THAT(told(), testing::ElementsAre(umbrella));
  const int64_t compacted = Get(accounts().ListEvents("acme", 0, 0, 0)).compacted;
  const EventPage page = Get(accounts().ListEvents("acme", compacted, 10, 10000));
  EXPECT_EQ(page.last, 6);
  EXPECT_THAT(Actors(page), testing::ElementsAre("e2", "e3", "e4", "e5", "e6"));
}

TEST_P(StoreSuite, EventsComeInPages) {
  std::vector<v1::Event> events;
  for (int i = 1; i <= 7; ++i) events.push_back(EventAt(kNow, "e" + std::to_string(i)));
  MustApply(EventsOf("acme", events));
  EventPage page = Get(accounts().ListEvents("acme", 0, 3, 10000));
  EXPECT_THAT(Actors(page), testing::ElementsAre("e1", "e2", "e3"));
  EXPECT_EQ(page.last, 7);
  page = Get(accounts().ListEvents("acme", 3, 3, 10000));
  EXPECT_THAT(Actors(page), testing::ElementsAre("e4", "e5", "e6"));
  page = Get(accounts().ListEvents("acme", 7, 3, 10000));
  EXPECT_THAT(page.events, testing::IsEmpty());
  page = Get(accounts().ListEvents("acme", 0, 0, 10000));
  EXPECT_THAT(page.events, testing::IsEmpty());
  EXPECT_EQ(page.last, 7);
  const size_t size = events.front().ByteSizeLong();
  page = Get(accounts().ListEvents("acme", 0, 10, 2 * size));
  EXPECT_THAT(Actors(page), testing::ElementsAre("e1", "e2"));
  page = Get(accounts().ListEvents("acme", 0, 10, 1));
  EXPECT_THAT(Actors(page), testing::ElementsAre("e1"));
}

TEST_P(StoreSuite, EventsAreForgottenFromTheOldest) {
  const auto hours = [](int count) { return kNow + absl::Hours(count); };
  MustApply(EventsOf("acme", {EventAt(hours(1), "e1"), EventAt(hours(2), "e2")}));
  MustApply(EventsOf("umbrella", {EventAt(hours(1), "u1")}));
  MustApply(EventsOf("acme", {EventAt(hours(3), "e3")}));
  EXPECT_EQ(Get(accounts().CompactEvents(hours(1), 10)), 0) << "older, not as old";
  EXPECT_EQ(Get(accounts().CompactEvents(hours(3), 10)), 3);
  EventPage page = Get(accounts().ListEvents("acme", 0, 10, 10000));
  EXPECT_THAT(page.events, testing::IsEmpty()) << "the first would not be the next";
  EXPECT_EQ(page.last, 3);
  EXPECT_EQ(page.compacted, 2);
  page = Get(accounts().ListEvents("acme", 2, 10, 10000));
  EXPECT_THAT(Actors(page), testing::ElementsAre("e3"));

  EXPECT_EQ(Get(accounts().CompactEvents(hours(9), 10)), 1);
  EXPECT_EQ(Get(accounts().CompactEvents(hours(9), 10)), 0);
  for (const char* tenant : {"acme", "umbrella"}) {
    page = Get(accounts().ListEvents(tenant, 0, 10, 10000));
    EXPECT_EQ(page.last, tenant[0] == 'a' ? 3 : 1);
    EXPECT_EQ(page.compacted, page.last);
  }
  MustApply(EventsOf("acme", {EventAt(hours(4), "e4")}));
  page = Get(accounts().ListEvents("acme", 3, 10, 10000));
  EXPECT_THAT(Actors(page), testing::ElementsAre("e4"));
  EXPECT_EQ(page.last, 4);
}

TEST_P(StoreSuite, ForgettingStopsAtItsLimit) {
  std::vector<v1::Event> events;
  for (int i = 1; i <= 5; ++i) events.push_back(EventAt(kNow, "e" + std::to_string(i)));
  MustApply(EventsOf("acme", events));
  MustApply(EventsOf("umbrella", events));
  int64_t forgotten = 0;
  for (int64_t count : {4, 4, 2, 0}) {
    EXPECT_EQ(Get(accounts().CompactEvents(kNow + absl::Seconds(1), 4)), count);
    forgotten += count;
    const EventPage acme = Get(accounts().ListEvents("acme", 0, 0, 0));
    const EventPage umbrella = Get(accounts().ListEvents("umbrella", 0, 0, 0));
    EXPECT_EQ(acme.compacted + umbrella.compacted, forgotten);
    EXPECT_EQ(Get(accounts().ListEvents("acme", acme.compacted, 10, 10000)).events.size(),
              static_cast<size_t>(5 - acme.compacted));
  }
}

// What is kept has no gaps, even if the clock was set back.
TEST_P(StoreSuite, AnEventIsKeptAsLongAsTheOneBeforeIt) {
  MustApply(EventsOf("acme", {EventAt(kNow, "e1"), EventAt(kNow - absl::Hours(1), "e2"),
                              EventAt(kNow + absl::Hours(1), "e3")}));
  EXPECT_EQ(Get(accounts().CompactEvents(kNow, 10)), 0);
  EXPECT_EQ(Get(accounts().CompactEvents(kNow + absl::Seconds(1), 10)), 2);
  const EventPage page = Get(accounts().ListEvents("acme", 2, 10, 10000));
  EXPECT_THAT(Actors(page), testing::ElementsAre("e3"));
}

// Once, the clock was years ahead.
TEST_P(StoreSuite, AWrongClockKeepsNothingForYears) {
  MustApply(EventsOf("acme", {EventAt(kNow, "e1"), EventAt(kNow + absl::Hours(100000), "e2")}));
  MustApply(EventsOf("acme", {EventAt(kNow + absl::Hours(1), "e3")}));
  MustApply(EventsOf("acme", {EventAt(kNow + absl::Hours(2), "e4")}));
  EXPECT_EQ(Get(accounts().CompactEvents(kNow + absl::Hours(2), 10)), 2);
  EventPage page = Get(accounts().ListEvents("acme", 3, 10, 10000));
  EXPECT_THAT(Actors(page), testing::ElementsAre("e4"));
  EXPECT_EQ(page.compacted, 3) << "what was dated wrongly goes with what came behind it";
  EXPECT_EQ(Get(accounts().CompactEvents(kNow + absl::Hours(3), 10)), 1);
  EXPECT_EQ(Get(accounts().ListEvents("acme", 0, 0, 0)).compacted, 4);
}

}  // namespace
}  // namespace credlink
