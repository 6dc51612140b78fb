// Driving a running simulator through its own port, as README.md tells people to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>

#include "tests/simulator/raw_client.h"

namespace credlink::simulator {
namespace {

using ::testing::HasSubstr;

class ControlTest : public ::testing::Test {
 protected:
  RawAnswer Control(const std::string& method, const std::string& what, const std::string& body) {
    return client_.Send(method, "/_simulator/" + what, "application/json", body);
  }
  void Do(const std::string& method, const std::string& what, const std::string& body = "") {
    const RawAnswer answer = Control(method, what, body);
    EXPECT_EQ(answer.status, 200) << what << ": " << answer.body;
    EXPECT_EQ(answer.body, "{\"ok\":true}\n") << what;
  }
  void DoNot(const std::string& what, const std::string& body, const std::string& why) {
    const RawAnswer answer = Control("POST", what, body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_THAT(answer.body, HasSubstr(why)) << body;
  }
  RawAnswer Probe(const std::string& cid, const std::string& hash) {
    return client_.Post("{\"cid\":" + cid + ",\"provhash\":\"" + hash +
                        "\",\"cmd\":\"getuserdata\",\"data\":{\"pagesize\":1,\"pageindex\":0}}");
  }

  std::unique_ptr<Simulator> simulator_ = *Simulator::Start({});
  RawClient client_{*simulator_};
};

TEST_F(ControlTest, AddsCompanies) {
  Do("POST", "companies", R"({"cid":"42","hash":"one","users":7,"groups":1})");
  EXPECT_THAT(Probe("42", "one").body, HasSubstr("\"total\":7,"));
  EXPECT_THAT(Probe("42", "two").body, HasSubstr("Authorization Error"));
  DoNot("companies", R"({"cid":42,"hash":"one"})", "expected");
  DoNot("companies", R"({"cid":"42"})", "expected");
  DoNot("companies", "junk", "expected");
}

TEST_F(ControlTest, ResetsAHash) {
  Do("POST", "companies", R"({"cid":"42","hash":"one"})");
  Do("POST", "reset-hash", R"({"cid":"42","hash":"two"})");
  EXPECT_THAT(Probe("42", "one").body, HasSubstr("Authorization Error"));
  EXPECT_THAT(Probe("42", "two").body, HasSubstr("\"total\":4,"));
  DoNot("reset-hash", R"({"cid":"42"})", "expected");
}

TEST_F(ControlTest, SetsAndClearsFaults) {
  Do("POST", "companies", R"({"cid":"42","hash":"one"})");
  Do("POST", "companies", R"({"cid":"43","hash":"one"})");
  Do("POST", "fault", R"({"kind":"server_error","status":503})");
  Do("PUT", "fault/42", R"({"kind":"edge_block"})");
  EXPECT_EQ(Probe("42", "one").status, 403);
  EXPECT_EQ(Probe("43", "one").status, 503);
  Do("DELETE", "fault");
  EXPECT_EQ(Probe("42", "one").status, 403);
  EXPECT_EQ(Probe("43", "one").status, 200);
  Do("DELETE", "fault/42");
  EXPECT_EQ(Probe("42", "one").status, 200);
  DoNot("fault", R"({"kind":"explode"})", "'kind'");
  DoNot("fault/42", "", "JSON object");
}

TEST_F(ControlTest, CountsWhatItServed) {
  Do("POST", "companies", R"({"cid":"42","hash":"one"})");
  Probe("42", "one");
  Probe("42", "two");
  const RawAnswer answer = Control("GET", "stats", "");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.headers, HasSubstr("\r\nContent-Type: application/json\r\n"));
  const boost::json::value stats = boost::json::parse(answer.body);
  EXPECT_EQ(stats.at("connections"), 1);
  EXPECT_EQ(stats.at("requests"), 2);
  EXPECT_EQ(stats.at("answered"), 2);
  EXPECT_EQ(stats.at("refused"), 1);
  EXPECT_EQ(stats.at("aborted"), 0);
  EXPECT_EQ(stats.at("in_flight"), 0);
}

TEST_F(ControlTest, FaultsDoNotTouchIt) {
  Do("POST", "fault", R"({"kind":"hang"})");
  EXPECT_EQ(Control("GET", "stats", "").status, 200);
  Do("DELETE", "fault");
}

TEST_F(ControlTest, KnowsNothingElse) {
  for (const char* what : {"", "stat", "companies/42", "unknown"}) {
    EXPECT_EQ(Control("POST", what, "{}").status, 404) << what;
  }
  EXPECT_EQ(Control("GET", "companies", "").status, 404);
  EXPECT_EQ(Control("POST", "stats", "").status, 404);
}

}  // namespace
}  // namespace credlink::simulator
