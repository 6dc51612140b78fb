// Calls that change one account at the same time.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "tests/rpc/mutating_methods.h"

namespace credlink {
namespace {

constexpr int kThreads = 16;

class MutationRacesTest : public testing::TestWithParam<MutatingMethod> {
 protected:
  void SetUp() override {
    name_ = MustLink(server_);
    GetParam().prepare(server_, name_);
  }

  // The same call from many threads at once.
  std::vector<AnyAnswer> SendFromAll(const CommonFields& fields) {
    std::vector<AnyAnswer> answers(kThreads);
    std::vector<std::thread> threads;
    for (AnyAnswer& answer : answers) {
      threads.emplace_back(
          [this, &answer, &fields] { answer = Send(server_, GetParam(), fields); });
    }
    for (std::thread& thread : threads) thread.join();
    return answers;
  }

  TestServer server_;
  std::string name_;
};

TEST_P(MutationRacesTest, OneRequestIdIsOneChange) {
  const int64_t revision = Stored(server_, name_).revision;
  const std::vector<AnyAnswer> answers = SendFromAll({name_, "", "id-1"});
  for (const AnyAnswer& answer : answers) {
    EXPECT_TRUE(answer.ok()) << answer.reason();
    EXPECT_EQ(answer.bytes, answers[0].bytes);
  }
  EXPECT_EQ(EventsOf(server_, GetParam().event).size(), 1u);
  if (GetParam().event != v1::Event::TYPE_PURGED) {
    EXPECT_EQ(Stored(server_, name_).revision, revision + 1);
  }
}

// The etag counts although the same request has changed it.
TEST_P(MutationRacesTest, OneRequestIdAndOneEtagAreOneChange) {
  const std::vector<AnyAnswer> answers = SendFromAll({name_, Get(server_, name_).etag(), "id-1"});
  for (const AnyAnswer& answer : answers) {
    EXPECT_TRUE(answer.ok()) << answer.reason();
    EXPECT_EQ(answer.bytes, answers[0].bytes);
  }
  EXPECT_EQ(EventsOf(server_, GetParam().event).size(), 1u);
}

TEST_P(MutationRacesTest, OfOneEtagOneCallSucceeds) {
  // Probes of all the checks may be under way at once; each proves the same.
  const std::vector<AnyAnswer> answers = SendFromAll({name_, Get(server_, name_).etag()});
  int succeeded = 0;
  for (const AnyAnswer& answer : answers) {
    succeeded += answer.ok() ? 1 : 0;
    const std::string reason = answer.reason();
    EXPECT_TRUE(answer.ok() || reason == "ETAG_MISMATCH" ||
                (GetParam().event == v1::Event::TYPE_PURGED && reason == "ACCOUNT_NOT_FOUND"))
        << reason;
  }
  EXPECT_EQ(succeeded, 1);
  EXPECT_EQ(EventsOf(server_, GetParam().event).size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(All, MutationRacesTest, testing::ValuesIn(MutatingMethods()),
                         [](const auto& info) { return info.param.name; });

// Changes of different fields do not undo each other.
TEST(MutationMixTest, NoChangeIsLost) {
  TestServer server;
  const std::string name = MustLink(server);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&server, &name, i] {
      EXPECT_TRUE(Send(server, RotationTo(name, "hash-" + std::to_string(10 + i))).ok());
    });
    threads.emplace_back([&server, &name] {
      const auto answer = Send(server, For<v1::CheckAccountRequest>(name));
      EXPECT_TRUE(answer.ok()) << answer.reason();
    });
  }
  v1::UpdateAccountRequest username;
  username.mutable_account()->set_name(name);
  username.mutable_account()->mutable_owner()->set_username("jane");
  username.mutable_update_mask()->add_paths("owner.username");
  EXPECT_TRUE(Send(server, LabelUpdate(name, "label")).ok());
  EXPECT_TRUE(Send(server, username).ok());
  for (std::thread& thread : threads) thread.join();
  const v1::Account account = Get(server, name);
  EXPECT_EQ(account.label(), "label");
  EXPECT_EQ(account.owner().username(), "jane");
  EXPECT_EQ(account.credential().version(), 5);
  EXPECT_EQ(account.previous_credentials_size(), 3);
  EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY);
}

}  // namespace
}  // namespace credlink
