// How work gets onto the threads of an Executor, and how it stays off them.
#pragma once

#include <boost/asio/execution.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"

namespace credlink {

// While it lives, what its thread gives to a pool runs on that thread: what may run at once does,
// the rest when the scope ends. So a coroutine that is started inside one gets to its first wait
// without another thread having to wake up for it, which costs more than most first steps do.
// Strands hold as ever.
class RunHere {
 public:
  using Work = absl::AnyInvocable<void() &&>;

  RunHere() : outer_(current_) { current_ = this; }
  ~RunHere() {
    // What runs may give more.
    for (size_t i = 0; i < work_.size(); ++i) {
      Work next = std::move(work_[i]);
      std::move(next)();
    }
    current_ = outer_;
  }
  RunHere(const RunHere&) = delete;
  RunHere& operator=(const RunHere&) = delete;

  // The calling thread's innermost; nullptr when it has none.
  static RunHere* Current() { return current_; }
  void Add(Work work) { work_.push_back(std::move(work)); }

 private:
  static inline thread_local RunHere* current_ = nullptr;
  RunHere* const outer_;
  std::vector<Work> work_;
};

// An executor of the pool's: io_context's own in everything but where execute() runs things.
// Asio makes variants of it through properties; hence the template.
template <typename Inner>
class BasicPoolExecutor {
 public:
  explicit BasicPoolExecutor(const Inner& inner) noexcept : inner_(inner) {}

  template <typename Property>
  auto query(const Property& property) const noexcept
      -> decltype(boost::asio::query(std::declval<const Inner&>(), property)) {
    return boost::asio::query(inner_, property);
  }
  template <typename Property>
  auto require(const Property& property) const {
    return Wrap(boost::asio::require(inner_, property));
  }
  template <typename Property>
  auto prefer(const Property& property) const {
    return Wrap(boost::asio::prefer(inner_, property));
  }

  template <typename Function>
  void execute(Function&& function) const {
    RunHere* const here = RunHere::Current();
    if (here == nullptr) {
      inner_.execute(std::forward<Function>(function));
    } else if (boost::asio::query(inner_, boost::asio::execution::blocking) ==
               boost::asio::execution::blocking.never) {
      here->Add(std::forward<Function>(function));
    } else {
      std::forward<Function>(function)();
    }
  }

  // What executor_work_guard wants of a strand's executor.
  void on_work_started() const noexcept { inner_.on_work_started(); }
  void on_work_finished() const noexcept { inner_.on_work_finished(); }

  friend bool operator==(const BasicPoolExecutor& a, const BasicPoolExecutor& b) noexcept {
    return a.inner_ == b.inner_;
  }
  friend bool operator!=(const BasicPoolExecutor& a, const BasicPoolExecutor& b) noexcept {
    return !(a == b);
  }

 private:
  template <typename Other>
  static BasicPoolExecutor<Other> Wrap(const Other& other) {
    return BasicPoolExecutor<Other>(other);
  }

  Inner inner_;
};

using PoolExecutor = BasicPoolExecutor<boost::asio::io_context::executor_type>;

}  // namespace credlink
