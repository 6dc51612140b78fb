// The input is the body of an answer.
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "tests/fuzz/check_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  credlink::lastpass::CheckAnswer(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
