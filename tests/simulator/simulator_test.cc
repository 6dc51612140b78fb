// The simulator behaves as lastpass-enterprise-api.md says LastPass does.
#include "tests/simulator/simulator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/simulator/raw_client.h"

namespace credlink::simulator {
namespace {

namespace json = boost::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

const char kRefusal[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<lastpass rc=\"Authorization Error\"/>\n";
const char kProbe[] =
    R"({"cid":1234567,"provhash":"not a secret","cmd":"getuserdata","data":{"pagesize":1,"pageindex":0}})";

class SimulatorTest : public ::testing::Test {
 protected:
  SimulatorTest() { simulator_->AddCompany(NewCompany()); }

  RawAnswer PostForm(const std::string& body) {
    return client_.Send("POST", "/enterpriseapi.php", "application/x-www-form-urlencoded", body);
  }

  std::unique_ptr<Simulator> simulator_ = *Simulator::Start({});
  RawClient client_{*simulator_};
};

TEST_F(SimulatorTest, RefusesWithTheSame76BytesWhateverIsWrong) {
  ASSERT_EQ(std::string(kRefusal).size(), 76u);
  for (const char* body :
       {R"({"cid":1234567,"provhash":"wrong","cmd":"getuserdata"})",
        R"({"cid":7654321,"provhash":"not a secret","cmd":"getuserdata"})",
        R"({"cid":"INVALID","provhash":"not a secret","cmd":"getuserdata"})",
        R"({"cid":1234567,"cmd":"getuserdata"})", R"({"provhash":"not a secret"})",
        R"({"cid":1234567,"provhash":"","cmd":"getuserdata"})",
        R"({"cid":1234567.0,"provhash":"not a secret"})",
        R"({"cid":[1234567],"provhash":"not a secret"})", "{}", "[]", "null", "", "junk",
        "{\"cid\":", "\xff\xfe"}) {
    const RawAnswer answer = client_.Post(body);
    EXPECT_EQ(answer.status, 200) << body;
    EXPECT_EQ(answer.body, kRefusal) << body;
    EXPECT_THAT(answer.headers, HasSubstr("\r\nContent-Type: text/xml;charset=UTF-8\r\n"));
  }
  // An answer is counted after it was sent.
  EXPECT_TRUE(simulator_->WaitFor(
      [](const Stats& stats) { return stats.refused == 15 && stats.answered == 15; },
      absl::Seconds(30)));
}

TEST_F(SimulatorTest, LabelsJsonAsXmlAndSetsCookies) {
  const RawAnswer answer = client_.Post(kProbe);
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.headers, HasSubstr("\r\nContent-Type: text/xml;charset=UTF-8\r\n"));
  EXPECT_THAT(answer.headers, HasSubstr("\r\nSet-Cookie: "));
  EXPECT_EQ(answer.body.front(), '{');
  EXPECT_EQ(simulator_->stats().refused, 0u);
}

TEST_F(SimulatorTest, TakesTheCompanysNumberAsNumberTextOrForm) {
  const std::string right = client_.Post(kProbe).body;
  EXPECT_EQ(client_
                .Post(R"({"cid":"1234567","provhash":"not a secret","cmd":"getuserdata",)"
                      R"("data":{"pagesize":"1","pageindex":"0"}})")
                .body,
            right);
  EXPECT_EQ(PostForm("cid=1234567&provhash=not+a%20secret&cmd=getuserdata"
                     "&data[pagesize]=1&data%5Bpageindex%5D=0")
                .body,
            right);
  EXPECT_EQ(PostForm("cid=1234567&provhash=not+a&cmd=getuserdata").body, kRefusal);
}

TEST_F(SimulatorTest, OtherPathsAreNotFound) {
  EXPECT_EQ(client_.Send("POST", "/", "application/json", kProbe).status, 404);
  EXPECT_EQ(client_.Send("POST", "/enterpriseapi.php/", "application/json", kProbe).status, 404);
  EXPECT_EQ(client_.Send("GET", "/enterpriseapi.php", "", "").body, kRefusal);
}

TEST_F(SimulatorTest, PagesThroughTheDirectory) {
  std::set<std::string> ids;
  for (int page = 0; page < 4; ++page) {
    const json::value answer =
        client_.Ask("getuserdata", absl::StrCat("{\"pagesize\":1,\"pageindex\":", page, "}"));
    EXPECT_EQ(answer.at("total"), 4);
    EXPECT_EQ(answer.at("count"), 1);
    const json::object& users = answer.at("Users").as_object();
    ASSERT_EQ(users.size(), 1u);
    EXPECT_EQ(users.begin()->key().find_first_not_of("0123456789"), json::string_view::npos);
    ids.emplace(users.begin()->key());
  }
  EXPECT_EQ(ids.size(), 4u);
}

TEST_F(SimulatorTest, WritesAnEmptyMapAsAList) {
  const json::value behind = client_.Ask("getuserdata", R"({"pagesize":1,"pageindex":4})");
  EXPECT_EQ(behind.at("total"), 4);
  EXPECT_EQ(behind.at("count"), 0);
  EXPECT_TRUE(behind.at("Users").is_array());
  EXPECT_TRUE(behind.at("Users").as_array().empty());
  const json::value nobody = client_.Ask("getuserdata", R"({"username":"nobody@example.com"})");
  EXPECT_EQ(nobody.at("Users"), json::array());

  simulator_->AddCompany(NewCompany(0, 0));
  EXPECT_EQ(client_.Ask("getuserdata").at("Users"), json::array());
  EXPECT_EQ(client_.Ask("getsfdata"), json::array());
  EXPECT_EQ(client_.Ask("reporting").at("data"), json::array());
}

TEST_F(SimulatorTest, ShowsUsersAsLastPassDoes) {
  const json::value answer = client_.Ask("getuserdata");
  const json::object& users = answer.at("Users").as_object();
  const json::object& first = users.at("100000000").as_object();
  EXPECT_EQ(first.at("mpstrength"), "0");
  EXPECT_EQ(first.at("totalscore"), "83.2");
  EXPECT_EQ(first.at("sites"), 0);
  EXPECT_EQ(first.at("admin"), true);
  EXPECT_EQ(first.at("duousername"), nullptr);
  EXPECT_EQ(first.at("groups"), json::array());
  EXPECT_EQ(first.at("multifactor"), "googleauth");
  EXPECT_EQ(first.at("last_login"), "2026-11-20 08:30:00");
  EXPECT_TRUE(users.at("100000001").at("groups").is_array());
  EXPECT_EQ(users.at("100000001").as_object().count("multifactor"), 0u);
  // Never logged in: a mixture of nothing's spellings.
  const json::object& third = users.at("100000002").as_object();
  EXPECT_EQ(third.at("neverloggedin"), true);
  EXPECT_EQ(third.at("last_login"), "");
  EXPECT_EQ(third.at("totalscore"), nullptr);
  EXPECT_EQ(third.at("sites"), nullptr);
  EXPECT_EQ(answer.at("Groups").at("IT / Operations").as_array().size(), 1u);
  EXPECT_EQ(answer.as_object().count("invited"), 0u);
  EXPECT_EQ(answer.as_object().count("status"), 0u);
  // The smallest page has no groups, and then the key is missing.
  EXPECT_EQ(json::parse(client_.Post(kProbe).body).as_object().count("Groups"), 0u);
}

TEST_F(SimulatorTest, EscapesAsPhpDoes) {
  simulator_->AddCompany(NewCompany(5, 2));
  const std::string body =
      client_.Post(R"({"cid":1234567,"provhash":"not a secret","cmd":"getuserdata"})").body;
  EXPECT_THAT(body, HasSubstr(R"("J\u00f6rg 4")"));
  EXPECT_THAT(body, HasSubstr(R"("IT \/ Operations")"));
  EXPECT_THAT(body, Not(HasSubstr(" / ")));
  for (char c : body) ASSERT_TRUE(c >= 0x20 && c < 0x7f);
}

TEST_F(SimulatorTest, AnswersFiftyThousandUsersAtOnce) {
  simulator_->AddCompany(NewCompany(50'000, 10));
  const json::value all = client_.Ask("getuserdata");
  EXPECT_EQ(all.at("total"), 50'000);
  EXPECT_EQ(all.at("count"), 50'000);
  EXPECT_EQ(all.at("Users").as_object().size(), 50'000u);
  const json::value page = client_.Ask("getuserdata", R"({"pagesize":2000,"pageindex":24})");
  EXPECT_EQ(page.at("count"), 2000);
  EXPECT_TRUE(page.at("Users").as_object().contains("100049999"));
  const json::value one = json::parse(client_.Post(kProbe).body);
  EXPECT_EQ(one.at("total"), 50'000);
  EXPECT_EQ(one.at("count"), 1);
}

TEST_F(SimulatorTest, AResetKillsTheOldHash) {
  const std::string right = client_.Post(kProbe).body;
  simulator_->ResetHash("1234567", "a new one");
  EXPECT_EQ(client_.Post(kProbe).body, kRefusal);
  std::string with_new = kProbe;
  with_new.replace(with_new.find("not a secret"), 12, "a new one");
  EXPECT_EQ(client_.Post(with_new).body, right);
  simulator_->ResetHash("7654321", "of no company");
  simulator_->RemoveCompany("1234567");
  EXPECT_EQ(client_.Post(with_new).body, kRefusal);
}

TEST_F(SimulatorTest, StartsOnLoopbackOnly) {
  for (const char* listen :
       {"0.0.0.0:0", "192.0.2.1:0", "127.0.0.1", "localhost:0", "", "127.0.0.1:x"}) {
    Options options;
    options.listen = listen;
    EXPECT_EQ(Simulator::Start(options).status().code(), absl::StatusCode::kInvalidArgument)
        << listen;
  }
  Options taken;
  taken.listen = simulator_->url().substr(8);
  EXPECT_EQ(Simulator::Start(taken).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace credlink::simulator
