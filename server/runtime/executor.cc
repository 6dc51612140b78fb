#include "server/runtime/executor.h"

namespace credlink {

Executor::Executor(int threads) : context_(threads), work_(context_.get_executor()) {
  threads_.reserve(threads);
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { context_.run(); });
  }
}

Executor::~Executor() {
  work_.reset();
  for (std::thread& thread : threads_) thread.join();
}

}  // namespace credlink
