#include "server/store/memory_store.h"

#include "tests/conformance/account_store_suite.h"

namespace credlink {
namespace {

StoreUnderTest MakeMemoryStore() {
  auto store = std::make_shared<MemoryStore>();
  return {store, store.get(), store.get()};
}

INSTANTIATE_TEST_SUITE_P(Memory, StoreSuite, testing::Values(StoreKind{"Memory", MakeMemoryStore}));

}  // namespace
}  // namespace credlink
