// Chance, the same for the same seed on every machine.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace credlink::model {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  // 0 to end - 1.
  int Below(int end) { return static_cast<int>(engine_() % static_cast<uint64_t>(end)); }
  bool Percent(int chance) { return Below(100) < chance; }

  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(static_cast<int>(from.size()))];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace credlink::model
