#include "client/cli/progress_bar.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace credlink::cli {
namespace {

constexpr size_t kWidth = 40;
constexpr absl::Duration kBetween = absl::Milliseconds(100);
constexpr char kEraseLine[] = "\r\x1b[K";

}  // namespace

ProgressBar::ProgressBar(size_t total, bool shown) : total_(total), shown_(shown) { Draw(); }

ProgressBar::~ProgressBar() {
  if (shown_) std::cerr << kEraseLine << std::flush;
}

void ProgressBar::Advance() {
  ++done_;
  if (done_ == total_ || absl::Now() - drawn_ >= kBetween) Draw();
}

std::string ProgressBar::Text(size_t done, size_t total) {
  const size_t filled = total == 0 ? kWidth : done * kWidth / total;
  return absl::StrCat("[", std::string(filled, '#'), std::string(kWidth - filled, '.'), "]  ", done,
                      " of ", total);
}

void ProgressBar::Draw() {
  if (!shown_) return;
  drawn_ = absl::Now();
  std::cerr << kEraseLine << Text(done_, total_) << std::flush;
}

}  // namespace credlink::cli
