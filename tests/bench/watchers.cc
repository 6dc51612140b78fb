#include "tests/bench/watchers.h"

#include <grpcpp/channel.h>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "credlink/v1/link_service.pb.h"
#include "tests/bench/grpc_target.h"

namespace credlink::bench {
namespace {

constexpr size_t kStreamsPerConnection = 50;
constexpr absl::Duration kLookAgain = absl::Milliseconds(5);
constexpr absl::Duration kQuiet = absl::Milliseconds(200);

}  // namespace

class Watchers::Stream final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Stream(Watchers& all, Stub& stub, const std::string& tenant) : all_(all) {
    v1::WatchAccountsRequest request;
    request.set_parent(tenant);
    request_ = ToByteBuffer(request.SerializeAsString());
    stub.PrepareBidiStreamingCall(&context_, "/credlink.v1.LinkService/WatchAccounts", {}, this);
    StartWriteLast(&request_, {});
    StartRead(&response_);
    StartCall();
  }

  ~Stream() override { done_.WaitForNotification(); }

  void Cancel() { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    if (!begun_) ++all_.begun_;
    begun_ = true;
    ++all_.responses_;
    StartRead(&response_);
  }

  void OnDone(const grpc::Status&) override {
    ++all_.ended_;
    done_.Notify();
  }

 private:
  Watchers& all_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  bool begun_ = false;
  absl::Notification done_;
};

Watchers::Watchers(int port, const std::vector<std::string>& tenants) {
  for (const std::string& tenant : tenants) {
    if (streams_.size() % kStreamsPerConnection == 0) {
      stubs_.push_back(std::make_unique<Stub>(NewChannel(port)));
    }
    streams_.push_back(std::make_unique<Stream>(*this, *stubs_.back(), tenant));
  }
}

Watchers::~Watchers() {
  for (const auto& stream : streams_) stream->Cancel();
  streams_.clear();
}

absl::Status Watchers::WaitUntilWatching(absl::Duration at_most) {
  const absl::Time until = absl::Now() + at_most;
  const auto all = static_cast<int64_t>(streams_.size());
  while (begun_ < all && ended_ == 0 && absl::Now() < until) absl::SleepFor(kLookAgain);
  if (begun_ < all) {
    return absl::DeadlineExceededError(absl::StrCat("of ", all, " watchers ", begun_.load(),
                                                    " have begun, and ", ended_.load(),
                                                    " have ended"));
  }
  return StillWatching();
}

void Watchers::WaitUntilQuiet() const {
  int64_t before = -1;
  while (before != responses_) {
    before = responses_;
    absl::SleepFor(kQuiet);
  }
}

absl::Status Watchers::StillWatching() const {
  if (ended_ == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(ended_.load(), " watchers have ended"));
}

}  // namespace credlink::bench
