#include "client/cli/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace credlink::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "line: field|field", or "line: !" for a fault.
std::vector<std::string> Read(std::string text) {
  CsvReader reader(text.data(), text.size());
  std::vector<std::string> records;
  CsvRecord record;
  while (reader.Next(record)) {
    records.push_back(absl::StrCat(
        record.line, ": ", record.fault != nullptr ? "!" : absl::StrJoin(record.fields, "|")));
  }
  return records;
}

TEST(CsvTest, ReadsRecords) {
  EXPECT_THAT(Read("a,b\nc,d\n"), ElementsAre("1: a|b", "2: c|d"));
  EXPECT_THAT(Read("a,b\r\nc,d"), ElementsAre("1: a|b", "2: c|d"));
  EXPECT_THAT(Read("a,,\n,\n"), ElementsAre("1: a||", "2: |"));
  EXPECT_THAT(Read("\n\r\na\n\nb\n"), ElementsAre("3: a", "5: b"));
  EXPECT_THAT(Read(""), IsEmpty());
  EXPECT_THAT(Read(" a , b "), ElementsAre("1:  a | b ")) << "blanks belong to the field";
}

TEST(CsvTest, ReadsQuotedFields) {
  EXPECT_THAT(Read("\"a,b\",\"c \"\"d\"\"\",\"\"\nx,y,z"),
              ElementsAre("1: a,b|c \"d\"|", "2: x|y|z"));
  EXPECT_THAT(Read("\"two\nlines\",b\r\nc,d"), ElementsAre("1: two\nlines|b", "3: c|d"));
}

TEST(CsvTest, AFaultIsOfItsLineAlone) {
  EXPECT_THAT(Read("a,b\"c\nd,e"), ElementsAre("1: !", "2: d|e"));
  EXPECT_THAT(Read("\"a\"b,c\nd"), ElementsAre("1: !", "2: d"));
  EXPECT_THAT(Read("a\n\"never closed\nb\nc"), ElementsAre("1: a", "2: !"));
}

TEST(CsvTest, AGuardedCellIsNoFormula) {
  for (const char* formula : {"=1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "''-1"}) {
    EXPECT_EQ(GuardCell(formula), absl::StrCat("'", formula));
    EXPECT_EQ(UnguardCell(GuardCell(formula)), formula);
  }
  for (const char* text : {"", "a=1", "1-1", "'quoted'", "'", "it's"}) {
    EXPECT_EQ(GuardCell(text), text);
    EXPECT_EQ(UnguardCell(text), text);
  }
}

TEST(CsvTest, WritesWhatItReads) {
  const std::vector<std::string> fields = {"plain", "a,b", "say \"hi\"", "two\nlines", "", "é"};
  EXPECT_EQ(CsvLine({"a", "b,c"}), "a,\"b,c\"\r\n");
  std::string text = CsvLine(fields);
  CsvReader reader(text.data(), text.size());
  CsvRecord record;
  ASSERT_TRUE(reader.Next(record));
  EXPECT_EQ(std::vector<std::string>(record.fields.begin(), record.fields.end()), fields);
  EXPECT_FALSE(reader.Next(record));
}

}  // namespace
}  // namespace credlink::cli
