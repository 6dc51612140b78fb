// Answers made to deceive: none of them is proof of anything.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/providers/lastpass/feed.h"

namespace credlink::lastpass {
namespace {

using std::string_literals::operator""s;

struct Case {
  const char* name;
  std::string body;
  v1::UpstreamClass upstream_class;
};

constexpr auto kBody = v1::UPSTREAM_CLASS_UNEXPECTED_BODY;
constexpr auto kFailure = v1::UPSTREAM_CLASS_JSON_FAILURE;
constexpr auto kJson = v1::UPSTREAM_CLASS_JSON_UNKNOWN;
constexpr auto kMarkup = v1::UPSTREAM_CLASS_MARKUP_UNKNOWN;
constexpr auto kXml = v1::UPSTREAM_CLASS_XML_ERROR;

const char kGood[] = R"({"total":1,"count":1,"Users":{"1":{}}})";
const char kRefusal[] = R"(<lastpass rc="Authorization Error"/>)";

std::string Repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// `field` and `value` in an otherwise good answer.
std::string With(const std::string& field, const std::string& value) {
  std::string body = "{";
  for (const char* name : {"total", "count", "Users"}) {
    const std::string good = name == "Users"s ? "{}" : "1";
    absl::StrAppend(&body, "\"", name, "\":", name == field ? value : good, ",");
  }
  body.back() = '}';
  return body;
}

// An otherwise good answer with more in it.
std::string Plus(const std::string& more) {
  return absl::StrCat(R"({"total":1,"count":1,"Users":{},)", more, "}");
}

std::vector<Case> HostileJson() {
  return {
      {"TopLevelArray", "[" + std::string(kGood) + "]", kJson},
      {"EmptyArray", "[]", kJson},
      {"EmptyObject", "{}", kJson},
      {"NestedData", R"({"data":{"total":1,"count":1,"Users":{}}})", kJson},
      {"KeysOneDeeper", R"({"total":1,"x":{"count":1,"Users":{}}})", kJson},
      {"KeysAsStrings", R"({"a":"total","b":"count","c":"Users"})", kJson},
      {"OtherCase", R"({"Total":1,"Count":1,"users":{}})", kJson},
      {"LongerKeys", R"({"total\u0000":1,"count ":1,"Usersss":{}})", kJson},
      {"NoTotal", R"({"count":1,"Users":{}})", kJson},
      {"NoCount", R"({"total":1,"Users":{}})", kJson},
      {"NoUsers", R"({"total":1,"count":1})", kJson},
      {"TotalString", With("total", "\"1\""), kJson},
      {"TotalNegative", With("total", "-1"), kJson},
      {"TotalNull", With("total", "null"), kJson},
      {"TotalBool", With("total", "true"), kJson},
      {"TotalList", With("total", "[1]"), kJson},
      {"TotalObject", With("total", "{}"), kJson},
      {"TotalFraction", With("total", "1.0"), kJson},
      {"TotalExponent", With("total", "1e3"), kJson},
      {"TotalOverInt64", With("total", "9223372036854775808"), kJson},
      {"TotalUint64", With("total", "18446744073709551615"), kJson},
      {"TotalOverUint64", With("total", "18446744073709551616"), kJson},
      {"TotalOf1000Digits", With("total", std::string(1000, '9')), kJson},
      {"TotalLeadingZero", With("total", "01"), kBody},
      {"TotalPlus", With("total", "+1"), kBody},
      {"TotalNan", With("total", "NaN"), kBody},
      {"TotalHugeExponent", With("total", "1e99999999999"), kBody},
      {"CountString", With("count", "\"1\""), kJson},
      {"CountNegative", With("count", "-9223372036854775808"), kJson},
      {"CountFraction", With("count", "0.5"), kJson},
      {"UsersNull", With("Users", "null"), kJson},
      {"UsersString", With("Users", "\"{}\""), kJson},
      {"UsersNumber", With("Users", "0"), kJson},
      {"UsersFullList", With("Users", "[{}]"), kJson},
      {"UsersListOfList", With("Users", "[[]]"), kJson},
      {"TotalTwice", Plus(R"("total":1)"), kJson},
      {"TotalTwiceDiffering", Plus(R"("total":2)"), kJson},
      {"CountTwice", Plus(R"("count":1)"), kJson},
      {"UsersTwice", Plus(R"("Users":[])"), kJson},
      {"TotalTwiceEscaped", Plus(R"("\u0074otal":1)"), kJson},
      {"StatusTwice", Plus(R"("status":"OK","status":"OK")"), kJson},
      {"StatusGoodThenBad", Plus(R"("status":"OK","status":"FAIL")"), kFailure},
      {"StatusBadThenGood", Plus(R"("status":"FAIL","status":"OK")"), kFailure},
      {"StatusFail", Plus(R"("status":"FAIL")"), kFailure},
      {"StatusWarn", Plus(R"("status":"WARN")"), kFailure},
      {"StatusEmpty", Plus(R"("status":"")"), kFailure},
      {"StatusLongerThanOk", Plus(R"("status":"OK ")"), kFailure},
      {"StatusSuccessAndMore", Plus(R"("status":"successful")"), kFailure},
      {"StatusOtherCaseKey", Plus(R"("Status":"FAIL")"), kFailure},
      {"StatusNumber", Plus(R"("status":200)"), kJson},
      {"StatusNull", Plus(R"("status":null)"), kJson},
      {"StatusList", Plus(R"("status":["OK"])"), kJson},
      {"ErrorText", Plus(R"("error":"Authorization Error")"), kFailure},
      {"ErrorList", Plus(R"("error":["x"])"), kFailure},
      {"ErrorListOfEmpty", Plus(R"("error":[""])"), kFailure},
      {"ErrorObject", Plus(R"("error":{"a":1})"), kFailure},
      {"ErrorNumber", Plus(R"("error":5)"), kFailure},
      {"ErrorTrue", Plus(R"("error":true)"), kFailure},
      {"ErrorsList", Plus(R"("errors":["x"])"), kFailure},
      {"ErrorsText", Plus(R"("errors":"x")"), kFailure},
      {"ErrorTwiceEmpty", Plus(R"("error":"","error":"")"), kJson},
      {"ErrorTwiceFullThenEmpty", Plus(R"("error":"x","error":"")"), kFailure},
      {"FailAsText", R"({"status":"FAIL","error":"Authorization Error"})", kFailure},
      {"FailAsList", R"({"status":"FAIL","errors":["Authorization Error"]})", kFailure},
  };
}

std::vector<Case> HostileBytes() {
  return {
      {"Empty", "", kBody},
      {"OnlyBlanks", " \r\n\t\n", kBody},
      {"Nul", "\0"s, kBody},
      {"NulFirst", "\0"s + kGood, kBody},
      {"NulLast", kGood + "\0"s, kBody},
      {"NulInside", "{\"total\":1,\0\"count\":1,\"Users\":{}}"s, kBody},
      {"NulInString", Plus("\"x\":\"\0\""s), kBody},
      {"ByteOrderMark", "\xef\xbb\xbf"s + kGood, kBody},
      {"ByteOrderMarkXml", "\xef\xbb\xbf"s + kRefusal, kBody},
      {"InvalidUtf8", Plus("\"x\":\"\xff\xfe\""), kBody},
      {"OverlongUtf8", Plus("\"x\":\"\xc0\xaf\""), kBody},
      {"SurrogateUtf8", Plus("\"x\":\"\xed\xa0\x80\""), kBody},
      {"LoneSurrogateEscape", Plus(R"("x":"\ud800")"), kBody},
      {"TwoDocuments", std::string(kGood) + kGood, kBody},
      {"TwoDocumentsOnLines", std::string(kGood) + "\n" + kGood, kBody},
      {"RubbishAfter", std::string(kGood) + "x", kBody},
      {"CommaAfter", std::string(kGood) + ",", kBody},
      {"XmlAfterJson", std::string(kGood) + kRefusal, kBody},
      {"RubbishBefore", std::string("x") + kGood, kBody},
      {"AntiHijackPrefix", std::string(")]}',\n") + kGood, kBody},
      {"Comment", std::string("/* */") + kGood, kBody},
      {"CommentInside", R"({/**/"total":1,"count":1,"Users":{}})", kBody},
      {"TrailingComma", R"({"total":1,"count":1,"Users":{},})", kBody},
      {"SingleQuotes", R"({'total':1,'count':1,'Users':{}})", kBody},
      {"BareKeys", R"({total:1,count:1,Users:{}})", kBody},
      {"QuotedJson", R"("{\"total\":1,\"count\":1,\"Users\":{}}")", kBody},
      {"TopLevelNumber", "1", kBody},
      {"TopLevelTrue", "true", kBody},
      {"TopLevelNull", "null", kBody},
      {"PlainWords", "Authorization Error", kBody},
      {"Gzip", "\x1f\x8b\x08\x00\x00\x00\x00\x00"s, kBody},
      {"DeepArrays", std::string(100000, '['), kBody},
      {"DeepArraysClosed", std::string(100000, '[') + std::string(100000, ']'), kBody},
      {"DeepObjects", Repeat("{\"a\":", 100000), kBody},
      {"DeepUsers", With("Users", "{\"a\":" + Repeat("[", 100000) + Repeat("]", 100000) + "}"),
       kBody},
      {"LongKey", "{\"" + std::string(100000, 'k') + "\":1}", kJson},
      {"LongStatus", Plus("\"status\":\"" + std::string(100000, 'k') + "\""), kFailure},
      {"UnclosedLongString", "{\"a\":\"" + std::string(100000, 'k'), kBody},
  };
}

std::vector<Case> HostileMarkup() {
  const std::string doctype = R"(<!DOCTYPE lastpass [<!ENTITY a "Authorization Error">]>)";
  const std::string laughs =
      R"(<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">)"
      R"(<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><lastpass rc="&c;">&c;</lastpass>)";
  return {
      {"HtmlWithTheWords", "<html><body>Authorization Error</body></html>", kMarkup},
      {"HtmlWithTheTag", "<html><lastpass rc=\"Authorization Error\"/></html>", kMarkup},
      {"HtmlDoctype", "<!DOCTYPE html>\n<html>Authorization Error</html>", kMarkup},
      {"HtmlIllFormed", "<html><br><p>Authorization Error", kMarkup},
      {"Doctype", doctype + kRefusal, kMarkup},
      {"DoctypeEntity", doctype + "<lastpass rc=\"&a;\"/>", kMarkup},
      {"DoctypeExternal", R"(<!DOCTYPE l SYSTEM "file:///etc/passwd">)"s + kRefusal, kMarkup},
      {"BillionLaughs", laughs, kMarkup},
      {"UndefinedEntity", "<lastpass rc=\"&x;Authorization Error\"/>", kMarkup},
      {"CommentWithTheWords", "<!-- Authorization Error --><x/>", kMarkup},
      {"CommentWithTheTag", "<!-- <lastpass rc=\"Authorization Error\"/> -->", kBody},
      {"RcInComment", "<lastpass><!-- rc=\"Authorization Error\" --></lastpass>", kMarkup},
      {"RcInChild", "<lastpass><a rc=\"Authorization Error\"/></lastpass>", kMarkup},
      {"RcInText", "<lastpass>rc=\"Authorization Error\"</lastpass>", kMarkup},
      {"RcInOtherCase", "<lastpass RC=\"Authorization Error\"/>", kMarkup},
      {"WordsInOtherAttribute", "<lastpass rc=\"x\" y=\"Authorization Error\"/>", kXml},
      {"WordsApart", "<lastpass rc=\"Authorization  Error\"/>", kXml},
      {"WordsInBody", "<lastpass rc=\"x\">Authorization Error</lastpass>", kXml},
      {"RcTwice", "<lastpass rc=\"Authorization Error\" rc=\"Authorization Error\"/>", kMarkup},
      {"NestedInAnotherRoot", "<x><lastpass rc=\"Authorization Error\"/></x>", kMarkup},
      {"OtherCaseRoot", "<LastPass rc=\"Authorization Error\"/>", kMarkup},
      {"PrefixedRoot", "<a:lastpass rc=\"Authorization Error\"/>", kMarkup},
      {"LongerRoot", "<lastpass2 rc=\"Authorization Error\"/>", kMarkup},
      {"TwoRoots", std::string(kRefusal) + kRefusal, kMarkup},
      {"JsonAfterXml", std::string(kRefusal) + kGood, kMarkup},
      {"NulAfterXml", kRefusal + "\0"s, kMarkup},
      {"NulInRc", "<lastpass rc=\"Authorization\0 Error\"/>"s, kMarkup},
      {"InvalidUtf8InRc", "<lastpass rc=\"Authorization Error\xff\"/>", kMarkup},
      {"Unclosed", "<lastpass rc=\"Authorization Error\">", kBody},
      {"UnclosedChild", "<lastpass rc=\"Authorization Error\"><a></lastpass>", kMarkup},
      {"Utf16", "<\0l\0a\0s\0t\0p\0a\0s\0s\0/\0>\0"s, kMarkup},
      {"DeepElements", "<lastpass rc=\"Authorization Error\">" + Repeat("<a>", 20000), kMarkup},
      {"ManyElements",
       "<lastpass rc=\"Authorization Error\">" + Repeat("<a/>", 100) + "</lastpass>", kMarkup},
      {"TooLong", "<lastpass rc=\"Authorization Error\">" + std::string(70000, ' ') + "</lastpass>",
       kBody},
      {"TooLongBeforeRoot", "<?xml version=\"1.0\"?>" + std::string(70000, ' ') + kRefusal, kBody},
      {"TooLongHtml", "<html>" + std::string(70000, ' ') + "</html>", kMarkup},
      {"LessThanAlone", "<", kBody},
      {"LessThanJson", std::string("<") + kGood, kMarkup},
  };
}

class HostileAnswerTest : public testing::TestWithParam<Case> {};

TEST_P(HostileAnswerTest, ProvesNothingHoweverItIsCut) {
  const Case& test = GetParam();
  const ProbeAnswer whole = AnswerWhole(200, test.body);
  EXPECT_EQ(whole.outcome, v1::Verdict::OUTCOME_INDETERMINATE);
  EXPECT_EQ(v1::UpstreamClass_Name(whole.upstream_class),
            v1::UpstreamClass_Name(test.upstream_class));
  EXPECT_EQ(whole.user_count, 0);
  for (const Pieces& pieces : EveryCut(test.body)) {
    EXPECT_TRUE(Answer(200, pieces) == whole) << "first piece " << pieces[0].size();
  }
}

std::string TestName(const testing::TestParamInfo<Case>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Json, HostileAnswerTest, testing::ValuesIn(HostileJson()), TestName);
INSTANTIATE_TEST_SUITE_P(Bytes, HostileAnswerTest, testing::ValuesIn(HostileBytes()), TestName);
INSTANTIATE_TEST_SUITE_P(Markup, HostileAnswerTest, testing::ValuesIn(HostileMarkup()), TestName);

TEST(HostileAnswerTest, TheBaseOfTheseCasesIsGood) {
  EXPECT_EQ(AnswerWhole(200, kGood).outcome, v1::Verdict::OUTCOME_VALID);
  EXPECT_EQ(AnswerWhole(200, With("none", "")).outcome, v1::Verdict::OUTCOME_VALID);
  EXPECT_EQ(AnswerWhole(200, Plus(R"("x":1)")).outcome, v1::Verdict::OUTCOME_VALID);
  EXPECT_EQ(AnswerWhole(200, kRefusal).outcome, v1::Verdict::OUTCOME_INVALID);
}

}  // namespace
}  // namespace credlink::lastpass
