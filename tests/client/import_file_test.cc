#include "client/cli/import_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/import_run.h"

namespace credlink::cli {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kHash(64, 'e');

ImportFile Read(const std::string& text) { return ReadImport("tenants/acme", Secret(text)); }

// "line field", each.
std::vector<std::string> Faults(const std::string& text) {
  std::vector<std::string> faults;
  for (const ImportFault& fault : Read(text).faults) {
    EXPECT_FALSE(fault.description.empty());
    EXPECT_THAT(fault.description, Not(HasSubstr("eeee")));
    faults.push_back(absl::StrCat(fault.line, " ", fault.field));
  }
  return faults;
}

std::string Header() { return "account_number,provisioning_hash,owner_id\n"; }

TEST(ImportFileTest, CsvWithEveryColumn) {
  const ImportFile file = Read(
      "\xef\xbb\xbflabel,account_number,provisioning_hash,owner_id,owner_name,owner_login,"
      "account_id,environment,annotation.team,annotation.tier,request_id\r\n"
      "\"Head, office\",0012345678,\" " +
      kHash + " \",customer-1,Ann,ann@example.com,head,test,blue,,r-1\r\n");
  ASSERT_THAT(file.faults, IsEmpty());
  ASSERT_EQ(file.lines.size(), 1u);
  const ImportLine& line = file.lines[0];
  EXPECT_EQ(line.line, 2);
  EXPECT_EQ(line.account_number, "12345678") << "as it will be stored";
  EXPECT_EQ(line.hash.Reveal(), kHash) << "without the blanks around it";
  EXPECT_EQ(line.request.parent(), "tenants/acme");
  EXPECT_EQ(line.request.owner().id(), "customer-1");
  EXPECT_EQ(line.request.owner().display_name(), "Ann");
  EXPECT_EQ(line.request.owner().username(), "ann@example.com");
  EXPECT_EQ(line.request.account_id(), "head");
  EXPECT_EQ(line.request.label(), "Head, office");
  EXPECT_EQ(line.request.environment(), v1::ENVIRONMENT_TEST);
  EXPECT_EQ(line.request.annotations().at("team"), "blue");
  EXPECT_EQ(line.request.annotations_size(), 1) << "an empty cell is no annotation";
  EXPECT_EQ(line.request.request_id(), "r-1");
  EXPECT_FALSE(line.request.has_credentials()) << "the hash is in the Secret alone";
}

TEST(ImportFileTest, JsonLinesWithEveryKey) {
  const ImportFile file =
      Read("{\"account_number\": 12345678, \"provisioning_hash\": \"" + kHash +
           "\", \"owner_id\": \"customer-1\", \"label\": null, \"environment\": \"production\", "
           "\"annotations\": {\"team\": \"blue\", \"note\": \"\"}}\n\n"
           "{\"owner_id\":\"c2\",\"account_number\":\"7654321\",\"provisioning_hash\":\"" +
           kHash + "\"}\n");
  ASSERT_THAT(file.faults, IsEmpty());
  ASSERT_EQ(file.lines.size(), 2u);
  EXPECT_EQ(file.lines[0].account_number, "12345678");
  EXPECT_EQ(file.lines[0].hash.Reveal(), kHash);
  EXPECT_EQ(file.lines[0].request.environment(), v1::ENVIRONMENT_PRODUCTION);
  EXPECT_EQ(file.lines[0].request.annotations().at("team"), "blue");
  EXPECT_EQ(file.lines[0].request.annotations_size(), 2);
  EXPECT_EQ(file.lines[1].line, 3);
  EXPECT_EQ(file.lines[1].account_number, "7654321");
}

TEST(ImportFileTest, AllFaultsAtOnce) {
  EXPECT_THAT(Faults(Header() +               //
                     "12x,short-pass!,a b\n"  //
                     "1234567," +
                     kHash + ",ok\n" + kHash +
                     ",1234567,swapped\n"
                     "1234567,,owner\n"
                     "1234567," +
                     kHash +
                     "\n"
                     "1234567,\"broken,x\n"),
              ElementsAre("2 account_number", "2 provisioning_hash", "2 owner_id",
                          "4 account_number", "5 provisioning_hash", "6 ", "7 "));
  EXPECT_THAT(
      Faults("{\"account_number\": true, \"owner_id\": \"x\", \"secret\": \"" + kHash +
             "\"}\n{\"account_number\": \"1\", \"owner_id\": \"o\", "
             "\"provisioning_hash\": \"" +
             kHash + "\", \"environment\": \"prod\", \"annotations\": {\"A\": \"b\"}}\n" +
             "not json " + kHash + "\n[]\n{\"owner_id\": \"" + std::string(3, '\xff') + "\"}"),
      ElementsAre("1 account_number", "1 ", "2 environment", "2 annotations", "3 ", "4 ", "5 "));
}

TEST(ImportFileTest, TextsMustBeUtf8) {
  EXPECT_THAT(
      Faults("account_number,provisioning_hash,owner_id,label\n1234567," + kHash + ",o,\xff\n"),
      ElementsAre("2 label"));
}

TEST(ImportFileTest, NoTwoLinesAreAboutTheSame) {
  EXPECT_THAT(Faults("account_number,provisioning_hash,owner_id,account_id,request_id\n"
                     "1234567," +
                     kHash +
                     ",o1,head,r1\n"
                     "01234567," +
                     kHash +
                     ",o1,,\n"
                     "1234567," +
                     kHash + ",o2,head,r1\n"),
              ElementsAre("3 account_number", "4 account_id", "4 request_id"));
}

TEST(ImportFileTest, TheHeaderIsChecked) {
  EXPECT_THAT(Faults("1234567," + kHash + ",owner\n"), Each("1 ")) << "no header";
  EXPECT_THAT(Faults("account_number;provisioning_hash;owner_id\n"), Each("1 "));
  EXPECT_THAT(Faults("account_number,provisioning_hash,owner_id,owner_id\n"), ElementsAre("1 "));
  EXPECT_THAT(Faults(""), ElementsAre("1 "));
  EXPECT_THAT(Faults(Header()), ElementsAre("1 "));
}

TEST(ImportFileTest, ColumnsThatOnlyExportHasAreLeftOut) {
  const ImportFile file =
      Read("name,health,account_number,provisioning_hash,owner_id,etag\nx,HEALTHY,1234567," +
           kHash + ",'+owner,e1\n");
  ASSERT_THAT(file.faults, IsEmpty());
  EXPECT_EQ(file.lines[0].request.owner().id(), "+owner") << "without the guard";
}

TEST(ImportFileTest, AnUnknownColumnIsNamedWhereThereIsAHeader) {
  const ImportFile known = Read("account_number,provisioning_hash,owner_id,healthy\n");
  ASSERT_EQ(known.faults.size(), 1u);
  EXPECT_THAT(known.faults[0].description, HasSubstr("Column 4, healthy,"));
  for (const ImportFault& fault : Read("1234567,secret,owner\n").faults) {
    EXPECT_THAT(fault.description, Not(HasSubstr("secret")));
  }
}

TEST(RequestIdTest, IsOfWhatIsNoSecret) {
  const std::string row = "1234567," + kHash + ",o1\n";
  const ImportFile one = Read(Header() + row);
  const ImportFile moved =
      Read(Header() + "7654321," + kHash + ",o1\n1234567,other-hash-of-32-letters-or-more,o1\n");
  ASSERT_EQ(moved.lines.size(), 2u);
  const std::string id = RequestIdOf("monday", one.lines[0]);
  EXPECT_EQ(RequestIdOf("monday", moved.lines[1]), id) << "neither place nor hash is part of it";
  EXPECT_NE(RequestIdOf("monday", moved.lines[0]), id);
  EXPECT_NE(RequestIdOf("tuesday", one.lines[0]), id);
  EXPECT_LE(id.size(), 64u);
}

TEST(WorstTest, WhatAnotherRunWouldNotMendIsWorse) {
  const auto of = [](std::vector<ExitCode> codes) {
    std::vector<ImportVerdict> verdicts(codes.size());
    for (size_t i = 0; i < codes.size(); ++i) verdicts[i].code = codes[i];
    return WorstOf(verdicts);
  };
  EXPECT_EQ(of({}), kExitOk);
  EXPECT_EQ(of({kExitOk, kExitOk}), kExitOk);
  EXPECT_EQ(of({kExitUnproven, kExitOk, kExitUnreachable}), kExitUnreachable);
  EXPECT_EQ(of({kExitUnproven, kExitRefused, kExitUnreachable}), kExitRefused);
  EXPECT_EQ(of({kExitConflict, kExitUsage, kExitRefused}), kExitUsage);
  EXPECT_EQ(of({kExitInternal, kExitDataLoss, kExitDenied}), kExitDataLoss);
}

}  // namespace
}  // namespace credlink::cli
