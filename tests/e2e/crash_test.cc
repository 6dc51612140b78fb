// kill -9 in the middle of links: whatever was answered is there afterwards, and nothing is half
// there.

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/e2e/link_fixture.h"
#include "tests/e2e/load.h"

namespace credlink {
namespace {

constexpr uint64_t kLinks = 200;
constexpr int kKills = 12;

// What SQLite itself says of the file, and how many rows of a kind there are.
std::string Ask(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
      << sqlite3_errmsg(database);
  std::string answer;
  if (sqlite3_step(statement) == SQLITE_ROW) {
    answer = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
  }
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return answer;
}

using CrashTest = LinkFixture;

TEST_F(CrashTest, KilledAtAnyMomentItLosesNothingThatItAnswered) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  AnswerAfter(absl::Milliseconds(3));

  std::map<std::string, std::string> acknowledged;  // owner -> account name
  uint64_t first = 0;                               // numbers below have been tried
  for (int kill_number = 0; kill_number < kKills; ++kill_number) {
    ASSERT_NO_FATAL_FAILURE(StartServer());
    const uint64_t share = (kLinks - first) / (kKills - kill_number);
    {
      LinkLoad load(
          {stub_.get()}, share, /*at_once=*/8,
          [first](uint64_t number) { return RequestOf(first + number); },
          [&](const LinkEnd& end) {
            if (!end.status.ok()) return;  // the kill's; the server may know it all the same
            const v1::Account& account = end.response.account();
            acknowledged[account.owner().id()] = account.name();
          });
      // Somewhere among this share's calls, at a moment that is not a call's end.
      load.WaitForEnded(random() % share);
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 4000));
      server_->process().Signal(SIGKILL);
      load.Wait();
    }
    first += share;
    ASSERT_TRUE(server_->process().WaitForExit(kPatience).ok());
    ASSERT_EQ(Ask(folder_.path() + "/data/credlink.db", "PRAGMA integrity_check"), "ok");
  }
  ASSERT_EQ(first, kLinks);
  EXPECT_GT(acknowledged.size(), 20u) << "too few to prove anything";
  EXPECT_LT(acknowledged.size(), kLinks) << "no kill hit a call";

  ASSERT_NO_FATAL_FAILURE(StartServer());
  const auto listed = ListAll(*stub_);
  ASSERT_TRUE(listed.ok());
  std::map<std::string, std::string> kept;
  for (const v1::Account& account : *listed) {
    EXPECT_TRUE(kept.emplace(account.owner().id(), account.name()).second) << "linked twice";
    EXPECT_EQ(account.credential().version(), 1);
    EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY);
    EXPECT_EQ(account.credential().fingerprint().size(), 16u);
  }
  for (const auto& [owner, name] : acknowledged) EXPECT_EQ(kept[owner], name);
  const std::string database = folder_.path() + "/data/credlink.db";
  EXPECT_EQ(Ask(database, "SELECT count(*) FROM accounts"), absl::StrCat(kept.size()));
  EXPECT_EQ(Ask(database, "SELECT count(*) FROM credentials"), absl::StrCat(kept.size()))
      << "half an account";

  // Sending every request again links what is missing, and gives the first answer for the rest.
  for (uint64_t number = 0; number < kLinks; ++number) {
    grpc::ClientContext context;
    v1::LinkAccountResponse response;
    const grpc::Status status = stub_->LinkAccount(&context, RequestOf(number), &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    const auto before = kept.find(response.account().owner().id());
    if (before == kept.end()) continue;
    EXPECT_EQ(response.account().name(), before->second);
  }
  const auto all = ListAll(*stub_);
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->size(), kLinks);
}

}  // namespace
}  // namespace credlink
