#include "server/accounts/field_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace credlink {
namespace {

using ::testing::HasSubstr;

std::string FaultOfText(const std::string& text) {
  FieldFaults faults;
  CheckText("label", text, 5, faults);
  return std::string(faults.ToStatus().message());
}

std::string FaultOfValue(const std::string& value) {
  FieldFaults faults;
  google::protobuf::Map<std::string, std::string> annotations;
  annotations["team"] = value;
  CheckAnnotations("annotations", annotations, faults);
  return std::string(faults.ToStatus().message());
}

TEST(FieldChecksTest, TextsMayHaveAnyLetters) {
  // The second bytes of some of these are those of control characters.
  for (const char* text : {"", "a b~", "\u00a0\u00e9\u00ff", "\u0100\u011f\u4e2d", "\U0001f600"}) {
    EXPECT_EQ(FaultOfText(text), "") << text;
    EXPECT_EQ(FaultOfValue(text), "") << text;
  }
}

TEST(FieldChecksTest, ControlCharactersAreRefused) {
  for (const std::string text :
       {"\n", "a\tb", "\x1b[2J", "\x7f", "a\xc2\x80", "\xc2\x85", "\xc2\x9f"}) {
    EXPECT_THAT(FaultOfText(text), HasSubstr("control characters"));
    EXPECT_THAT(FaultOfValue(text), HasSubstr("control characters"));
  }
  EXPECT_THAT(FaultOfText(std::string(1, '\0')), HasSubstr("control characters"));
}

TEST(FieldChecksTest, LengthIsCountedInCharacters) {
  EXPECT_EQ(FaultOfText("\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d"), "");
  EXPECT_THAT(FaultOfText("123456"), HasSubstr("at most 5 characters"));
}

}  // namespace
}  // namespace credlink
