// What libcurl frees is wiped before it goes back to the heap. The linker puts functions of this
// file in the place of free and curl_global_init_mem (see BUILD.bazel).
#include "server/http/curl_memory.h"

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <string.h>

#include <algorithm>
#include <atomic>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/http/curl_fixture.h"

namespace {

// What is looked for in everything that is freed.

constexpr char mark[] = "mark#5b1f0c9d#me";
constexpr size_t kMarkSize = sizeof(mark) - 1;
std::atomic<bool> looking{false};
std::atomic<int> freed{0};
std::atomic<int> freed_with_mark{0};
std::atomic<int> freed_unwiped{0};

struct Allocator {
  curl_malloc_callback malloc;
  curl_free_callback free;
  curl_realloc_callback realloc;
  curl_strdup_callback strdup;
  curl_calloc_callback calloc;
} curls;

}  // namespace

extern "C" {

void __real_free(void* memory);
CURLcode __real_curl_global_init_mem(long flags, curl_malloc_callback, curl_free_callback,
                                     curl_realloc_callback, curl_strdup_callback,
                                     curl_calloc_callback);

void __wrap_free(void* memory) {
  if (memory != nullptr && looking) {
    const char* begin = static_cast<const char*>(memory);
    const char* end = begin + malloc_usable_size(memory);
    ++freed;
    freed_with_mark += std::search(begin, end, mark, mark + kMarkSize) != end;
    freed_unwiped += std::any_of(begin, end, [](char c) { return c != 0; });
  }
  __real_free(memory);
}

CURLcode __wrap_curl_global_init_mem(long flags, curl_malloc_callback m, curl_free_callback f,
                                     curl_realloc_callback r, curl_strdup_callback s,
                                     curl_calloc_callback c) {
  curls = {m, f, r, s, c};
  return __real_curl_global_init_mem(flags, m, f, r, s, c);
}

}  // extern "C"

namespace credlink {
namespace {

// Counts anew what is freed.
void Look() {
  freed = freed_with_mark = freed_unwiped = 0;
  looking = true;
}

// A block of libcurl's that is full of marks.
char* Marked(size_t size) {
  char* block = static_cast<char*>(curls.malloc(size));
  for (size_t i = 0; i < size; ++i) block[i] = mark[i % kMarkSize];
  return block;
}

class CurlMemoryTest : public ::testing::Test {
 protected:
  CurlMemoryTest() {
    EXPECT_TRUE(StartCurl());
    Look();
  }
  ~CurlMemoryTest() override { looking = false; }
};

// That this file's eyes are open: what an ordinary free gives back is seen.
TEST_F(CurlMemoryTest, SeesWhatIsNotWiped) {
  free(Marked(100));
  EXPECT_EQ(freed, 1);
  EXPECT_EQ(freed_with_mark, 1);
  EXPECT_EQ(freed_unwiped, 1);
}

TEST_F(CurlMemoryTest, FreeWipesTheWholeBlock) {
  for (size_t size : {1, 16, 24, 1000, 300'000}) {
    Look();
    char* block = Marked(size);
    // Also what is behind the size that was asked for.
    memset(block + size, 'x', malloc_usable_size(block) - size);
    curls.free(block);
    EXPECT_EQ(freed, 1) << size;
    EXPECT_EQ(freed_unwiped, 0) << size;
  }
  curls.free(nullptr);
}

TEST_F(CurlMemoryTest, GrowingWipesTheOldBlockAndKeepsWhatWasInIt) {
  char* block = Marked(100);
  const std::string before(block, 100);
  block = static_cast<char*>(curls.realloc(block, 100'000));
  EXPECT_EQ(freed, 1);
  EXPECT_EQ(freed_unwiped, 0);
  EXPECT_EQ(std::string(block, 100), before);
  EXPECT_GE(malloc_usable_size(block), 100'000u);
  curls.free(block);
  EXPECT_EQ(freed, 2);
  EXPECT_EQ(freed_unwiped, 0);
}

TEST_F(CurlMemoryTest, ShrinkingWipesWhatIsGivenBack) {
  for (size_t smaller : {99'000, 60'000, 1000, 1}) {
    Look();
    char* block = Marked(100'000);
    const std::string before(block, smaller);
    block = static_cast<char*>(curls.realloc(block, smaller));
    EXPECT_EQ(std::string(block, smaller), before) << smaller;
    curls.free(block);
    EXPECT_GE(freed, 1) << smaller;
    EXPECT_EQ(freed_unwiped, 0) << smaller;
  }
}

TEST_F(CurlMemoryTest, ReallocOfNothingIsMalloc) {
  char* block = static_cast<char*>(curls.realloc(nullptr, 100));
  ASSERT_NE(block, nullptr);
  memset(block, 'x', 100);
  curls.free(block);
  EXPECT_EQ(freed_unwiped, 0);
}

TEST_F(CurlMemoryTest, StartingTwiceIsStartingOnce) {
  const Allocator before = curls;
  curls = {};
  EXPECT_TRUE(StartCurl());
  EXPECT_EQ(curls.free, nullptr);
  curls = before;
}

class CurlClientMemoryTest : public CurlFixture {};

// The whole way of a request, and of one that breaks off in the middle.
TEST_F(CurlClientMemoryTest, NothingThatAClientFreesHoldsTheBody) {
  auto client = NewClient(Reach());
  Look();
  uint64_t requests = 0;
  for (simulator::Fault::Kind kind : {simulator::Fault::kNone, simulator::Fault::kHang}) {
    SetFault(kind);
    for (size_t size : {0, 5'000, 200'000}) {
      HttpRequest request = Probe();
      request.body = Secret(absl::StrCat("{\"provhash\":\"", mark, "\",\"padding\":\"",
                                         std::string(size, 'p'), mark, "\"}"));
      AnswerSink sink;
      PendingPost post(executor_, *client, std::move(request), sink);
      ++requests;
      ASSERT_TRUE(Eventually([&](const auto& stats) { return stats.requests == requests; }));
      if (kind == simulator::Fault::kHang) post.Cancel();
      post.Result();
    }
  }
  client.reset();
  looking = false;
  EXPECT_GT(freed, 100);
  EXPECT_EQ(freed_with_mark, 0);
  EXPECT_EQ(simulator_->stats().requests, 6u);
}

}  // namespace
}  // namespace credlink
