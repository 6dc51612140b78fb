#include "tests/model/settings.h"

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "absl/strings/numbers.h"

namespace credlink::model {
namespace {

template <typename Number>
bool FromEnvironment(const char* name, Number* number) {
  const char* text = std::getenv(name);
  return text != nullptr && absl::SimpleAtoi(text, number);
}

}  // namespace

uint64_t Seed() {
  uint64_t seed = 0;
  if (!FromEnvironment("CREDLINK_MODEL_SEED", &seed)) seed = std::random_device()();
  std::printf("CREDLINK_MODEL_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

int OperationCount(int usual) {
  int count = usual;
  FromEnvironment("CREDLINK_MODEL_OPERATIONS", &count);
  return count;
}

}  // namespace credlink::model
