// How far a command is, for people at a terminal.
#pragma once

#include <string>

#include "absl/time/time.h"

namespace credlink::cli {

// One line on standard error that is drawn anew; nothing at all when `shown` is false. Not
// thread-safe.
class ProgressBar {
 public:
  ProgressBar(size_t total, bool shown);
  // Takes the line away.
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // One more is done. Draws ten times a second at most.
  void Advance();
  // Something stands behind the bar, until there is an advance.
  void Say(std::string what);
  // Makes room for a line of something else at the same terminal.
  void Clear();

  // "[#####.....]  5 of 10"
  static std::string Text(size_t done, size_t total);

 private:
  void Draw();

  std::string said_;
  const size_t total_;
  const bool shown_;
  size_t done_ = 0;
  absl::Time drawn_ = absl::InfinitePast();
};

}  // namespace credlink::cli
