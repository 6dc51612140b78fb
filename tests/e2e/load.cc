#include "tests/e2e/load.h"

namespace credlink {

struct LinkLoad::OneCall {
  grpc::ClientContext context;
  v1::LinkAccountRequest request;
  LinkEnd end;
};

LinkLoad::LinkLoad(std::vector<v1::LinkService::Stub*> stubs, uint64_t total, int at_once,
                   std::function<v1::LinkAccountRequest(uint64_t)> request_of,
                   std::function<void(const LinkEnd&)> on_end)
    : stubs_(std::move(stubs)),
      total_(total),
      request_of_(std::move(request_of)),
      on_end_(std::move(on_end)) {
  AddAtOnce(at_once);
}

void LinkLoad::AddAtOnce(int more) {
  std::unique_lock<std::mutex> lock(mutex_);
  for (int i = 0; i < more; ++i) StartNext(lock);
}

LinkLoad::~LinkLoad() {
  Stop();
  Wait();
}

void LinkLoad::StartNext(std::unique_lock<std::mutex>& lock) {
  if (stopping_ || begun_ == total_) return;
  auto* call = new OneCall;  // its callback deletes it
  call->end.number = begun_++;
  call->request = request_of_(call->end.number);
  v1::LinkService::Stub& stub = *stubs_[call->end.number % stubs_.size()];
  lock.unlock();
  stub.async()->LinkAccount(&call->context, &call->request, &call->end.response,
                            [this, call](grpc::Status status) {
                              call->end.status = std::move(status);
                              std::unique_lock<std::mutex> relock(mutex_);
                              on_end_(call->end);
                              delete call;
                              StartNext(relock);
                              // Counted last: with the last one, this object may go.
                              ++ended_;
                              changed_.notify_all();
                            });
  lock.lock();
}

void LinkLoad::Stop() {
  const std::lock_guard<std::mutex> lock(mutex_);
  stopping_ = true;
}

void LinkLoad::WaitForEnded(uint64_t count) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return ended_ >= count; });
}

void LinkLoad::Wait() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return ended_ == begun_ && (stopping_ || begun_ == total_); });
}

uint64_t LinkLoad::ended() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return ended_;
}

}  // namespace credlink
