// A disk on which nothing stays that was deleted. SQLite's secure_delete overwrites what it
// deletes, but when it moves rows between pages of a b-tree, copies stay behind in the part of a
// page that is not in use, and later deletions miss them. This zeroes that part of every page on
// its way into the database file. WAL and journal are not touched; they are emptied as a whole.
#pragma once

#include <sqlite3.h>

#include <string>

#include "absl/types/span.h"

namespace credlink::sqlite {

// Zeroes what is between the cells' directory and the cells of a b-tree page; leaves any other page
// alone. `first` tells the database's first page, which begins with the file's header. Answers
// whether something was changed.
bool ScrubPage(absl::Span<unsigned char> page, bool first);

// More pages than this and the number at the beginning of an overflow page could look like a
// b-tree's; connections set it as max_page_count. 128 GiB of 4 KiB pages.
inline constexpr int kMostPages = 0x01ffffff;

// A sqlite3_vfs in front of another, registered while it lives. Must outlive its connections.
class ScrubbingVfs {
 public:
  // Empty: in front of the default.
  explicit ScrubbingVfs(const std::string& base);
  ~ScrubbingVfs();
  ScrubbingVfs(const ScrubbingVfs&) = delete;
  ScrubbingVfs& operator=(const ScrubbingVfs&) = delete;

  const std::string& name() const { return name_; }

 private:
  const std::string name_;
  sqlite3_vfs vfs_;
};

}  // namespace credlink::sqlite
