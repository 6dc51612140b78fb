#include "tests/model/watch_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace credlink::model {

WatchReader::WatchReader(ServerLine& servers, std::string parent)
    : servers_(servers), parent_(std::move(parent)), thread_([this] { Run(); }) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return begun_ || !fault_.empty(); });
}

WatchReader::~WatchReader() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }
  thread_.join();
}

absl::optional<v1::Event> WatchReader::Next(absl::Duration at_most) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_for(lock, absl::ToChronoMilliseconds(at_most),
                    [this] { return !events_.empty() || !fault_.empty(); });
  if (events_.empty()) return absl::nullopt;
  v1::Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::string WatchReader::fault() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return fault_;
}

void WatchReader::Run() {
  int server = 0;
  while (true) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (stopping_ || !fault_.empty()) return;
    }
    const ServerLine::Connection connection = servers_.ConnectAfter(server);
    if (connection.stub == nullptr) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!stopping_) fault_ = "no server to watch";
      changed_.notify_all();
      return;
    }
    server = connection.server;
    ReadFrom(*connection.stub);
  }
}

void WatchReader::ReadFrom(Stub& stub) {
  grpc::ClientContext context;
  v1::WatchAccountsRequest request;
  request.set_parent(parent_);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (stopping_) return;
    request.set_resume_token(token_);
    context_ = &context;
  }
  const auto stream = stub.WatchAccounts(&context, request);
  v1::WatchAccountsResponse response;
  while (stream->Read(&response)) Take(response);
  const grpc::Status status = stream->Finish();
  const std::lock_guard<std::mutex> lock(mutex_);
  context_ = nullptr;
  ++breaks_;
  if (!stopping_ && !IsLost(status)) {
    fault_ = absl::StrCat("the watch ended: ", ReasonOf(status), " ", status.error_message());
  }
  changed_.notify_all();
}

void WatchReader::Take(const v1::WatchAccountsResponse& response) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const v1::Event& event : response.events()) {
    if (event.sequence() <= last_) {
      ++repeated_;
    } else if (last_ != 0 && event.sequence() != last_ + 1) {
      fault_ = absl::StrCat("event ", event.sequence(), " came after ", last_);
    } else {
      last_ = event.sequence();
      events_.push_back(event);
    }
  }
  begun_ = true;
  // Sometimes less far than it has come: then some events must come again.
  const bool lag = response.events_size() > 1 && last_ % 2 == 0;
  token_ = lag ? response.events(0).resume_token() : response.resume_token();
  changed_.notify_all();
}

}  // namespace credlink::model
