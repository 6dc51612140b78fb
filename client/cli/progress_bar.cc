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

ProgressBar::~ProgressBar() { Clear(); }

void ProgressBar::Advance() {
  ++done_;
  said_.clear();
  if (done_ == total_ || absl::Now() - drawn_ >= kBetween) Draw();
}

void ProgressBar::Say(std::string what) {
  said_ = std::move(what);
  Draw();
}

void ProgressBar::Clear() {
  if (shown_) std::cerr << kEraseLine << std::flush;
  drawn_ = absl::InfinitePast();
}

std::string ProgressBar::Text(size_t done, size_t total) {
  const size_t filled = total == 0 ? kWidth : done * kWidth / total;
  return absl::StrCat("[", std::string(filled, '#'), std::string(kWidth - filled, '.'), "]  ", done,
                      " of ", total);
}

void ProgressBar::Draw() {
  if (!shown_) return;
  drawn_ = absl::Now();
  std::cerr << kEraseLine << Text(done_, total_) << (said_.empty() ? "" : "  ") << said_
            << std::flush;
}

}  // namespace credlink::cli
