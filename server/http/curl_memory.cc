#include "server/http/curl_memory.h"

#include <curl/curl.h>
#include <malloc.h>
#include <string.h>

#include <algorithm>
#include <cstdlib>

namespace credlink {
namespace {

void WipingFree(void* memory) {
  if (memory == nullptr) return;
  explicit_bzero(memory, malloc_usable_size(memory));
  free(memory);
}

// realloc() could move the block and leave the old one as it is.
void* WipingRealloc(void* old, size_t size) {
  if (old == nullptr) return malloc(size);
  const size_t old_size = malloc_usable_size(old);
  if (size <= old_size && size > old_size / 2) return old;
  void* fresh = malloc(size);
  if (fresh == nullptr) return nullptr;
  memcpy(fresh, old, std::min(old_size, size));
  WipingFree(old);
  return fresh;
}

}  // namespace

bool StartCurl() {
  static const bool started = curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, WipingFree,
                                                   WipingRealloc, strdup, calloc) == CURLE_OK;
  return started;
}

}  // namespace credlink
