#include "server/providers/lastpass/probe_answer.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/providers/lastpass/feed.h"

namespace credlink::lastpass {
namespace {

constexpr int kOk = 200;

// What J1's recordings of the live service hold, with made-up people
// (section 3.1).
const char kUserData[] =
    R"({"total":4,"count":1,"Users":{"263501234":{"username":"ann@example.com","fullname":"Ann \u00c5",)"
    R"("mpstrength":"100","created":"2022-06-01 10:00:00","last_login":"","neverloggedin":false,)"
    R"("disabled":false,"admin":true,"totalscore":null,"sites":12,"groups":["Ops\/IT"],)"
    R"("attribs":{"error":"none","status":"FAIL","total":"x"}}}})";
const char kRefusal[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<lastpass rc=\"Authorization Error\"/>\n";

struct Case {
  const char* name;
  int http_status;
  std::string body;
  v1::UpstreamClass upstream_class;
};

std::string TestName(const testing::TestParamInfo<Case>& info) { return info.param.name; }

v1::Verdict::Outcome OutcomeFor(v1::UpstreamClass upstream_class) {
  if (upstream_class == v1::UPSTREAM_CLASS_USER_DATA) return v1::Verdict::OUTCOME_VALID;
  if (upstream_class == v1::UPSTREAM_CLASS_AUTHORIZATION_ERROR) return v1::Verdict::OUTCOME_INVALID;
  return v1::Verdict::OUTCOME_INDETERMINATE;
}

class KnownAnswerTest : public testing::TestWithParam<Case> {};

TEST_P(KnownAnswerTest, HasItsClassHoweverItIsCut) {
  const Case& test = GetParam();
  const ProbeAnswer whole = AnswerWhole(test.http_status, test.body);
  EXPECT_EQ(v1::UpstreamClass_Name(whole.upstream_class),
            v1::UpstreamClass_Name(test.upstream_class));
  EXPECT_EQ(whole.outcome, OutcomeFor(test.upstream_class));
  for (const Pieces& pieces : EveryCut(test.body)) {
    EXPECT_TRUE(Answer(test.http_status, pieces) == whole) << "first piece " << pieces[0].size();
  }
}

// Section 4's table and reading rules, row by row.
INSTANTIATE_TEST_SUITE_P(
    Answers, KnownAnswerTest,
    testing::ValuesIn<Case>({
        {"UserData", kOk, kUserData, v1::UPSTREAM_CLASS_USER_DATA},
        {"UserDataOfAnEmptyCompany", kOk, R"({"total":0,"count":0,"Users":[]})",
         v1::UPSTREAM_CLASS_USER_DATA},
        {"UserDataWithGroups", kOk,
         R"({"total":1,"count":1,"Users":{"1":{}},"Groups":{"G":["a@b.c"]},"invited":[]})",
         v1::UPSTREAM_CLASS_USER_DATA},
        {"UserDataInAnyOrder", kOk, R"({"Users":{},"Invited":["a@b.c"],"count":0,"total":9})",
         v1::UPSTREAM_CLASS_USER_DATA},
        {"UserDataWithStatusOk", kOk, R"({"status":"OK","total":1,"count":1,"Users":{}})",
         v1::UPSTREAM_CLASS_USER_DATA},
        {"UserDataWithStatusSuccess", kOk, R"({"status":"Success","total":1,"count":1,"Users":{}})",
         v1::UPSTREAM_CLASS_USER_DATA},
        {"UserDataWithEmptyErrors", kOk,
         R"({"total":1,"count":1,"Users":{},"error":"","errors":[]})",
         v1::UPSTREAM_CLASS_USER_DATA},
        {"UserDataWithNullError", kOk, R"({"total":1,"count":1,"Users":{},"error":null})",
         v1::UPSTREAM_CLASS_USER_DATA},
        {"UserDataWithBlanksAround", kOk, "\r\n\t {\"total\":1,\"count\":1,\"Users\":{}} \r\n\t",
         v1::UPSTREAM_CLASS_USER_DATA},
        {"UserDataWithLargestTotal", kOk, R"({"total":9223372036854775807,"count":0,"Users":[]})",
         v1::UPSTREAM_CLASS_USER_DATA},
        {"Refusal", kOk, kRefusal, v1::UPSTREAM_CLASS_AUTHORIZATION_ERROR},
        {"RefusalWithoutDeclaration", kOk, "<lastpass rc='authorization error' />",
         v1::UPSTREAM_CLASS_AUTHORIZATION_ERROR},
        {"RefusalInOtherCaseAndWords", kOk,
         "<lastpass a=\"1\" rc=\"AUTHORIZATION ERROR: no\"></lastpass>",
         v1::UPSTREAM_CLASS_AUTHORIZATION_ERROR},
        {"RefusalAfterBlanks", kOk, std::string("\n\n") + kRefusal,
         v1::UPSTREAM_CLASS_AUTHORIZATION_ERROR},
        {"OtherRc", kOk, R"(<lastpass rc="Internal Error"/>)", v1::UPSTREAM_CLASS_XML_ERROR},
        {"EmptyRc", kOk, R"(<lastpass rc=""/>)", v1::UPSTREAM_CLASS_XML_ERROR},
        {"UserNotFound", kOk, R"({"Users":[]})", v1::UPSTREAM_CLASS_JSON_UNKNOWN},
        {"FailWithText", kOk, R"({"status":"FAIL","error":"No such user: a@b.c"})",
         v1::UPSTREAM_CLASS_JSON_FAILURE},
        {"FailWithList", kOk, R"({"status":"FAIL","error":["user not found: a@b.c"]})",
         v1::UPSTREAM_CLASS_JSON_FAILURE},
        {"WarnWithErrors", kOk, R"({"status":"WARN","errors":["a@b.c does not exist"]})",
         v1::UPSTREAM_CLASS_JSON_FAILURE},
        {"FailAlone", kOk, R"({"status":"FAIL"})", v1::UPSTREAM_CLASS_JSON_FAILURE},
        {"ErrorAlone", kOk, R"({"error":"Please select a valid user."})",
         v1::UPSTREAM_CLASS_JSON_FAILURE},
        {"ErrorsAlone", kOk, R"({"errors":{"1":"x"}})", v1::UPSTREAM_CLASS_JSON_FAILURE},
        {"OkOfAWriteCommand", kOk, R"({"status":"OK"})", v1::UPSTREAM_CLASS_JSON_UNKNOWN},
        {"EdgeBlock", 403, "<html><body>Access Denied</body></html>", v1::UPSTREAM_CLASS_BLOCKED},
        {"RateLimit", 429, "<html>slow down</html>", v1::UPSTREAM_CLASS_RATE_LIMITED},
        {"ServerError", 500, "", v1::UPSTREAM_CLASS_SERVER_ERROR},
        {"BadGateway", 502, "<html></html>", v1::UPSTREAM_CLASS_SERVER_ERROR},
        {"Unavailable", 503, R"({"error":"down"})", v1::UPSTREAM_CLASS_SERVER_ERROR},
        {"Redirect", 302, "", v1::UPSTREAM_CLASS_UNEXPECTED_STATUS},
        {"NotFound", 404, "<html>no</html>", v1::UPSTREAM_CLASS_UNEXPECTED_STATUS},
        {"Unauthorized", 401, kRefusal, v1::UPSTREAM_CLASS_UNEXPECTED_STATUS},
        {"NoContent", 204, "", v1::UPSTREAM_CLASS_UNEXPECTED_STATUS},
        {"UserDataUnderAnotherStatus", 201, kUserData, v1::UPSTREAM_CLASS_UNEXPECTED_STATUS},
        {"UserDataUnderForbidden", 403, kUserData, v1::UPSTREAM_CLASS_BLOCKED},
        {"RefusalUnderServerError", 500, kRefusal, v1::UPSTREAM_CLASS_SERVER_ERROR},
        {"RefusalUnderForbidden", 403, kRefusal, v1::UPSTREAM_CLASS_BLOCKED},
    }),
    TestName);

TEST(ProbeAnswerTest, KeepsTheTotalAndNothingElse) {
  EXPECT_EQ(AnswerWhole(kOk, kUserData).user_count, 4);
  EXPECT_EQ(AnswerWhole(kOk, R"({"total":9223372036854775807,"count":0,"Users":[]})").user_count,
            INT64_MAX);
  EXPECT_EQ(AnswerWhole(kOk, R"({"total":5})").user_count, 0);
  EXPECT_EQ(AnswerWhole(403, kUserData).user_count, 0);
}

TEST(ProbeAnswerTest, TruncatedUserDataIsNeverValid) {
  const std::string body = kUserData;
  for (size_t size = 0; size < body.size(); ++size) {
    const ProbeAnswer answer = AnswerWhole(kOk, absl::string_view(body).substr(0, size));
    EXPECT_EQ(answer.upstream_class, v1::UPSTREAM_CLASS_UNEXPECTED_BODY) << size;
    EXPECT_EQ(answer.outcome, v1::Verdict::OUTCOME_INDETERMINATE) << size;
  }
}

TEST(ProbeAnswerTest, TruncatedRefusalIsNeverInvalid) {
  const std::string body(kRefusal, sizeof(kRefusal) - 2);  // the last line break is not needed
  ASSERT_EQ(AnswerWhole(kOk, body).outcome, v1::Verdict::OUTCOME_INVALID);
  for (size_t size = 0; size < body.size(); ++size) {
    const ProbeAnswer answer = AnswerWhole(kOk, absl::string_view(body).substr(0, size));
    EXPECT_EQ(answer.upstream_class, v1::UPSTREAM_CLASS_UNEXPECTED_BODY) << size;
  }
}

TEST(ProbeAnswerTest, ATransferThatDidNotEndWellProvesNothing) {
  struct End {
    HttpResult::Kind kind;
    v1::UpstreamClass upstream_class;
    v1::ErrorReason reason;
  };
  const End ends[] = {
      {HttpResult::kTransport, v1::UPSTREAM_CLASS_TRANSPORT, v1::ERROR_REASON_UPSTREAM_UNAVAILABLE},
      {HttpResult::kTimeout, v1::UPSTREAM_CLASS_TIMEOUT, v1::ERROR_REASON_UPSTREAM_UNAVAILABLE},
      {HttpResult::kUntrusted, v1::UPSTREAM_CLASS_UNTRUSTED, v1::ERROR_REASON_UPSTREAM_UNTRUSTED},
      {HttpResult::kTooLarge, v1::UPSTREAM_CLASS_UNEXPECTED_BODY,
       v1::ERROR_REASON_UPSTREAM_UNEXPECTED_ANSWER},
      {HttpResult::kStopped, v1::UPSTREAM_CLASS_UNEXPECTED_BODY,
       v1::ERROR_REASON_UPSTREAM_UNEXPECTED_ANSWER},
  };
  for (const End& end : ends) {
    for (const char* body : {kUserData, kRefusal}) {
      const ProbeAnswer answer = Answer(kOk, {body}, end.kind);
      EXPECT_EQ(answer.outcome, v1::Verdict::OUTCOME_INDETERMINATE);
      EXPECT_EQ(answer.upstream_class, end.upstream_class);
      EXPECT_EQ(answer.reason, end.reason);
      EXPECT_EQ(answer.user_count, 0);
    }
  }
}

TEST(ProbeAnswerTest, NoStatusLineIsAnUnexpectedStatus) {
  ProbeAnswerReader reader;
  HttpResult result;
  result.kind = HttpResult::kDone;
  EXPECT_EQ(reader.Finish(result).upstream_class, v1::UPSTREAM_CLASS_UNEXPECTED_STATUS);
}

TEST(ProbeAnswerTest, EveryClassHasItsReason) {
  EXPECT_EQ(AnswerWhole(kOk, kUserData).reason, v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_EQ(AnswerWhole(kOk, kRefusal).reason, v1::ERROR_REASON_CREDENTIALS_REJECTED);
  EXPECT_EQ(AnswerWhole(kOk, R"(<lastpass rc="x"/>)").reason, v1::ERROR_REASON_UPSTREAM_API_ERROR);
  EXPECT_EQ(AnswerWhole(kOk, R"({"status":"FAIL"})").reason, v1::ERROR_REASON_UPSTREAM_API_ERROR);
  EXPECT_EQ(AnswerWhole(kOk, "{}").reason, v1::ERROR_REASON_UPSTREAM_UNEXPECTED_ANSWER);
  EXPECT_EQ(AnswerWhole(kOk, "<p/>").reason, v1::ERROR_REASON_UPSTREAM_UNEXPECTED_ANSWER);
  EXPECT_EQ(AnswerWhole(kOk, "").reason, v1::ERROR_REASON_UPSTREAM_UNEXPECTED_ANSWER);
  EXPECT_EQ(AnswerWhole(403, "").reason, v1::ERROR_REASON_UPSTREAM_BLOCKED);
  EXPECT_EQ(AnswerWhole(429, "").reason, v1::ERROR_REASON_UPSTREAM_RATE_LIMITED);
  EXPECT_EQ(AnswerWhole(503, "").reason, v1::ERROR_REASON_UPSTREAM_UNAVAILABLE);
  EXPECT_EQ(AnswerWhole(404, "").reason, v1::ERROR_REASON_UPSTREAM_UNEXPECTED_ANSWER);
}

TEST(ProbeAnswerTest, StopsWhatCannotBecomeProof) {
  struct {
    int http_status;
    const char* body;
  } const hopeless[] = {{403, "<"}, {200, "x"}, {200, "{]"}, {200, "{} {"}};
  for (const auto& test : hopeless) {
    ProbeAnswerReader reader;
    reader.OnStatus(test.http_status);
    EXPECT_FALSE(reader.OnBody(test.body)) << test.body;
  }
  ProbeAnswerReader html;
  html.OnStatus(kOk);
  EXPECT_FALSE(html.OnBody("<html>" + std::string(2000, ' ')));
}

}  // namespace
}  // namespace credlink::lastpass
