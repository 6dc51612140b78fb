#include "server/store/sqlite/scrubbing_vfs.h"

#include <gtest/gtest.h>

#include <vector>

namespace credlink::sqlite {
namespace {

// A page of 512 bytes, all 'x' but its header: `cells` cells whose content begins at `content`.
std::vector<unsigned char> MakePage(unsigned char kind, int cells, int content, size_t header) {
  std::vector<unsigned char> page(512, 'x');
  page[header] = kind;
  page[header + 3] = 0;
  page[header + 4] = static_cast<unsigned char>(cells);
  page[header + 5] = static_cast<unsigned char>(content >> 8);
  page[header + 6] = static_cast<unsigned char>(content);
  return page;
}

void ExpectScrubbed(std::vector<unsigned char> page, bool first, size_t begin, size_t end) {
  std::vector<unsigned char> expected = page;
  std::fill(expected.begin() + begin, expected.begin() + end, 0);
  EXPECT_TRUE(ScrubPage(absl::MakeSpan(page), first));
  EXPECT_EQ(page, expected);
  EXPECT_FALSE(ScrubPage(absl::MakeSpan(page), first)) << "nothing is left to do";
}

void ExpectLeftAlone(std::vector<unsigned char> page, bool first = false) {
  const std::vector<unsigned char> before = page;
  EXPECT_FALSE(ScrubPage(absl::MakeSpan(page), first));
  EXPECT_EQ(page, before);
}

TEST(ScrubPageTest, ZeroesWhatIsBetweenDirectoryAndCells) {
  ExpectScrubbed(MakePage(13, 3, 400, 0), false, 8 + 6, 400);  // a table's leaf
  ExpectScrubbed(MakePage(10, 3, 400, 0), false, 8 + 6, 400);  // an index's
  ExpectScrubbed(MakePage(5, 3, 400, 0), false, 12 + 6, 400);  // interior pages
  ExpectScrubbed(MakePage(2, 3, 400, 0), false, 12 + 6, 400);
  ExpectScrubbed(MakePage(13, 3, 400, 100), true, 108 + 6, 400);  // the first page
  ExpectScrubbed(MakePage(13, 0, 512, 0), false, 8, 512);         // empty
}

TEST(ScrubPageTest, LeavesOtherPagesAlone) {
  for (int kind : {0, 1, 3, 4, 6, 7, 8, 9, 11, 12, 14, 255}) {
    ExpectLeftAlone(MakePage(static_cast<unsigned char>(kind), 3, 400, 0));
  }
  ExpectLeftAlone(MakePage(13, 3, 14, 0));     // full
  ExpectLeftAlone(MakePage(13, 3, 13, 0));     // no b-tree: cells in the directory
  ExpectLeftAlone(MakePage(13, 3, 513, 0));    // no b-tree: cells behind the end
  ExpectLeftAlone(MakePage(13, 255, 400, 0));  // no b-tree: too large a directory
  ExpectLeftAlone(std::vector<unsigned char>(16, 13));
}

}  // namespace
}  // namespace credlink::sqlite
