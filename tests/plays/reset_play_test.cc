// A company's hash is reset, and one of two tenants learns of it first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/plays/world.h"

namespace credlink {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

constexpr int kCompany = 7;

std::vector<v1::Event::Type> TypesOf(const std::vector<v1::Event>& events) {
  std::vector<v1::Event::Type> types;
  for (const v1::Event& event : events) types.push_back(event.type());
  return types;
}

// What two worlds can have in common: no times, and nothing that is drawn at random or from keys.
std::string Comparable(v1::Account account) {
  account.clear_uid();
  account.set_etag(account.etag().substr(0, account.etag().find('-')));
  for (auto* time : {account.mutable_create_time(), account.mutable_update_time(),
                     account.mutable_last_check_time(), account.mutable_last_success_time(),
                     account.mutable_credential()->mutable_create_time(),
                     account.mutable_credential()->mutable_last_verified_time()}) {
    time->Clear();
  }
  account.mutable_credential()->clear_fingerprint();
  return account.SerializeAsString();
}

std::vector<std::string> Comparable(std::vector<v1::Event> events) {
  std::vector<std::string> texts;
  for (v1::Event& event : events) {
    texts.push_back(std::to_string(event.type()) + event.actor() + Comparable(event.account()));
  }
  // Two checks at the same moment end in any order.
  std::sort(texts.begin(), texts.end());
  return texts;
}

class ResetPlay : public testing::TestWithParam<StoreKind> {
 protected:
  struct Cast {
    explicit Cast(StoreKind kind) : world(Options(kind)) {
      acme = world.LinkCompany("acme", kCompany, {"ann", "bob", "cem"});
      zeta = world.LinkCompany("zeta", kCompany, {"xia", "yan"});
      world.clock().Advance(absl::Hours(1));
      world.ResetHash(kCompany);
    }
    static WorldOptions Options(StoreKind kind) {
      WorldOptions options;
      options.store = kind;
      return options;
    }
    World world;
    std::vector<std::string> acme;
    std::vector<std::string> zeta;
  };
};

TEST_P(ResetPlay, SiblingsAreSuspectedAndOtherTenantsAreCheckedInSilence) {
  Cast cast(GetParam());
  World& world = cast.world;
  world.RunDue();
  EXPECT_EQ(world.Get(cast.acme[1]).health(), v1::Account::HEALTH_HEALTHY);

  const v1::RotateCredentialsResponse rotated = world.Rotate(cast.acme[0], kCompany, 1);
  EXPECT_THAT(rotated.suspect_accounts(), UnorderedElementsAre(cast.acme[1], cast.acme[2]));
  EXPECT_EQ(rotated.SerializeAsString().find("zeta"), std::string::npos);
  for (int i : {1, 2}) {
    const v1::Account account = world.Get(cast.acme[i]);
    EXPECT_EQ(account.health(), v1::Account::HEALTH_SUSPECT);
    EXPECT_EQ(account.health_reason().code(), v1::ERROR_REASON_HASH_PROBABLY_RESET);
  }
  for (const v1::Account& account : world.List("zeta")) {
    EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY);
    EXPECT_FALSE(account.has_health_reason());
  }
  EXPECT_EQ(world.Events("zeta").size(), 2u);

  world.provider().Reset();
  world.RunDue();
  EXPECT_EQ(world.provider().probes().size(), 4u);
  EXPECT_EQ(world.Get(cast.acme[0]).health(), v1::Account::HEALTH_HEALTHY);
  for (const std::string& name : {cast.acme[1], cast.acme[2], cast.zeta[0], cast.zeta[1]}) {
    const v1::Account account = world.Get(name);
    EXPECT_EQ(account.health(), v1::Account::HEALTH_UNHEALTHY) << name;
    EXPECT_EQ(account.health_reason().code(), v1::ERROR_REASON_CREDENTIALS_REJECTED) << name;
    EXPECT_EQ(account.consecutive_failures(), 1) << name;
  }
  EXPECT_THAT(TypesOf(world.Events("acme")),
              ElementsAre(v1::Event::TYPE_LINKED, v1::Event::TYPE_LINKED, v1::Event::TYPE_LINKED,
                          v1::Event::TYPE_CREDENTIALS_ROTATED, v1::Event::TYPE_HEALTH_CHANGED,
                          v1::Event::TYPE_HEALTH_CHANGED, v1::Event::TYPE_HEALTH_CHANGED,
                          v1::Event::TYPE_HEALTH_CHANGED));

  const v1::RotateCredentialsResponse healed = world.Rotate(cast.acme[1], kCompany, 1, true);
  EXPECT_THAT(healed.also_rotated(), ElementsAre(cast.acme[2]));
  EXPECT_EQ(healed.suspect_accounts_size(), 0);
  for (const v1::Account& account : world.List("acme")) {
    EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY) << account.name();
    EXPECT_FALSE(account.has_health_reason());
    EXPECT_EQ(account.consecutive_failures(), 0);
  }
  for (const v1::Account& account : world.List("zeta")) {
    EXPECT_EQ(account.health(), v1::Account::HEALTH_UNHEALTHY);
  }
}

TEST_P(ResetPlay, TheOtherTenantSeesWhatItWouldHaveSeenAlone) {
  Cast told(GetParam());
  told.world.Rotate(told.acme[0], kCompany, 1);
  told.world.RunDue();

  Cast alone(GetParam());
  alone.world.clock().Advance(absl::Hours(8));  // until its own schedule finds it out
  alone.world.RunDue();

  EXPECT_EQ(Comparable(told.world.Events("zeta")), Comparable(alone.world.Events("zeta")));
  EXPECT_THAT(TypesOf(told.world.Events("zeta")),
              ElementsAre(v1::Event::TYPE_LINKED, v1::Event::TYPE_LINKED,
                          v1::Event::TYPE_HEALTH_CHANGED, v1::Event::TYPE_HEALTH_CHANGED));
  for (int i : {0, 1}) {
    EXPECT_EQ(Comparable(told.world.Get(told.zeta[i])), Comparable(alone.world.Get(alone.zeta[i])));
  }
  for (const v1::Event& event : told.world.Events("zeta")) {
    EXPECT_EQ(event.SerializeAsString().find("acme"), std::string::npos);
    EXPECT_NE(event.account().health(), v1::Account::HEALTH_SUSPECT);
  }
}

// Were both hashes live, nobody would go on suspecting anybody.
TEST_P(ResetPlay, AProofEndsTheSuspicion) {
  Cast cast(GetParam());
  World& world = cast.world;
  world.Rotate(cast.acme[0], kCompany, 1);
  world.ResetHash(kCompany);
  world.lastpass().ResetHash(World::Cid(kCompany), World::HashOf(kCompany));  // back again
  world.RunDue();
  EXPECT_EQ(world.Get(cast.acme[1]).health(), v1::Account::HEALTH_HEALTHY);
  EXPECT_EQ(world.Get(cast.acme[2]).health(), v1::Account::HEALTH_HEALTHY);
  world.RunDue();
  world.provider().Reset();
  world.clock().Advance(absl::Minutes(1));
  world.RunDue();
  EXPECT_TRUE(world.provider().probes().empty());
}

INSTANTIATE_TEST_SUITE_P(Stores, ResetPlay,
                         testing::Values(StoreKind::kMemory, StoreKind::kSqlite));

}  // namespace
}  // namespace credlink
