#include "client/cli/table.h"

#include <gtest/gtest.h>

namespace credlink::cli {
namespace {

TEST(TableTest, ColumnsAreAsWideAsTheirWidestCell) {
  Table table;
  table.AddRow({"NAME", "N"});
  table.AddRow({"Žofie", "1"});  // five characters, six bytes
  table.AddRow({"x", "2", "more"});
  EXPECT_EQ(table.ToString(), "NAME   N\nŽofie  1\nx      2  more\n");
}

TEST(TableTest, NothingThatATerminalObeysGetsThrough) {
  EXPECT_EQ(Printable("a\x1b[2Jb\r\n\tc\x7f"), "a?[2Jb???c?");
  EXPECT_EQ(Printable("a\xc2\x9b"
                      "31m"),
            "a?31m");  // CSI as one character
  EXPECT_EQ(Printable("naïve €"), "naïve €");
  EXPECT_EQ(Printable("\xc2"), "\xc2");
}

}  // namespace
}  // namespace credlink::cli
