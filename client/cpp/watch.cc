#include <random>

#include "client/cpp/call.h"
#include "client/cpp/client.h"
#include "client/cpp/watch_pause.h"

namespace credlink::client {
namespace {

// Takes the events of one response. False when `take` wants no more.
bool TakeAll(const v1::WatchAccountsResponse& response, v1::WatchAccountsRequest& request,
             absl::FunctionRef<bool(const v1::Event&)> take) {
  for (const v1::Event& event : response.events()) {
    const bool more = take(event);
    if (!event.resume_token().empty()) request.set_resume_token(event.resume_token());
    if (!more) return false;
  }
  if (!response.resume_token().empty()) request.set_resume_token(response.resume_token());
  return true;
}

}  // namespace

void Stopper::Stop() {
  const std::lock_guard<std::mutex> lock(mutex_);
  stopped_ = true;
  if (context_ != nullptr) context_->TryCancel();
  stop_.notify_all();
}

bool Stopper::stopped() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return stopped_;
}

bool Stopper::Hold(grpc::ClientContext* context) {
  const std::lock_guard<std::mutex> lock(mutex_);
  context_ = stopped_ ? nullptr : context;
  return !stopped_;
}

void Stopper::Pause(absl::Duration duration) {
  std::unique_lock<std::mutex> lock(mutex_);
  stop_.wait_for(lock, absl::ToChronoMilliseconds(duration), [this] { return stopped_; });
}

absl::Status Client::Watch(v1::WatchAccountsRequest& request,
                           absl::FunctionRef<bool(const v1::Event&)> take, Stopper* stopper,
                           const std::function<void(bool connected)>& on_connection) {
  Stopper own;
  if (stopper == nullptr) stopper = &own;
  bool has_begun = false;
  bool is_connected = false;
  const auto tell = [&](bool connected) {
    if (on_connection && has_begun && connected != is_connected) on_connection(connected);
    is_connected = connected;
  };
  WatchPause pause;
  std::minstd_rand random{std::random_device()()};
  std::uniform_real_distribution<double> from_0_to_1;
  while (true) {
    grpc::ClientContext context;
    if (!stopper->Hold(&context)) return absl::OkStatus();
    // While the server is away, gRPC looks for it. Were a failed search the end of a stream, the
    // pause would come on top of gRPC's own, and both grow.
    context.set_wait_for_ready(has_begun);
    const auto let_go = absl::MakeCleanup([stopper] { stopper->Hold(nullptr); });
    const auto stream = link_->WatchAccounts(&context, request);
    v1::WatchAccountsResponse response;
    while (stream->Read(&response)) {
      tell(true);
      has_begun = true;
      pause.Reset();
      if (TakeAll(response, request, take)) continue;
      context.TryCancel();
      stream->Finish();
      return absl::OkStatus();
    }
    absl::Status ended = ToStatus(stream->Finish());
    if (stopper->stopped()) return absl::OkStatus();
    if (!has_begun || !WatchPause::MayPass(ended)) return ended;
    tell(false);
    stopper->Pause(pause.Next(ended, from_0_to_1(random)));
  }
}

}  // namespace credlink::client
