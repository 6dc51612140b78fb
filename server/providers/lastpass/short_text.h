// The first few bytes of a text that arrives in pieces.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace credlink::lastpass {

// Holds at most kCapacity bytes, whatever is appended. A longer text equals nothing.
class ShortText {
 public:
  static constexpr size_t kCapacity = 8;

  void Clear() { size_ = 0; }

  void Append(absl::string_view piece) {
    if (size_ < kCapacity) {
      std::memcpy(bytes_.data() + size_, piece.data(), std::min(piece.size(), kCapacity - size_));
    }
    size_ += piece.size();
  }

  bool Is(absl::string_view text) const { return Fits() && View() == text; }
  bool IsIgnoringCase(absl::string_view text) const {
    return Fits() && absl::EqualsIgnoreCase(View(), text);
  }

 private:
  bool Fits() const { return size_ <= kCapacity; }
  absl::string_view View() const { return absl::string_view(bytes_.data(), size_); }

  std::array<char, kCapacity> bytes_;
  size_t size_ = 0;  // of the whole text
};

}  // namespace credlink::lastpass
