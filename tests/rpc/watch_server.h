// A server with WatchAccounts alone, and readers that do as they are told.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/types/optional.h"
#include "credlink/v1/link_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/rpc/server.h"
#include "server/rpc/watch_call.h"
#include "tests/accounts/watch_fixture.h"
#include "tests/store/temp_directory.h"

namespace credlink {

// A timeout that no test waits for.
constexpr absl::Duration kNoCutOff = absl::Minutes(10);

struct WatchServerOptions {
  int max_watchers = 1000;
  int max_watchers_of_tenant = 1000;
  absl::Duration finish_timeout = absl::Seconds(5);
  WatcherOptions watcher{};
};

class WatchServer {
 public:
  explicit WatchServer(WatchServerOptions options = {})
      : parts_(options.watcher, FeedOptions(options)),
        log_(LogLevel::kDebug, folder_.File("log")),
        admission_(options.max_watchers),
        environment_{parts_.executor(), admission_, log_, kNoCutOff, options.finish_timeout},
        service_(environment_, parts_.watcher()) {
    ServerOptions server_options;
    server_options.listen = "127.0.0.1:0";
    server_options.credentials = grpc::InsecureServerCredentials();
    server_ = *Server::Start(server_options, {&service_});
    channel_ = NewChannel();
  }
  // Ends what is still open.
  ~WatchServer() { parts_.feed().Close(); }

  WatchFixture& parts() { return parts_; }
  Server& server() { return *server_; }
  const std::shared_ptr<grpc::Channel>& channel() { return channel_; }

  static EventFeed::Options FeedOptions(const WatchServerOptions& options) {
    EventFeed::Options feed;
    feed.max_watchers = options.max_watchers_of_tenant;
    return feed;
  }

  // A connection of its own.
  std::shared_ptr<grpc::Channel> NewChannel(grpc::ChannelArguments arguments = {}) const {
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", server_->port()),
                                     grpc::InsecureChannelCredentials(), arguments);
  }

  // One that takes no more than 64 KiB of a stream that is not read.
  std::shared_ptr<grpc::Channel> NarrowChannel() const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 64 * 1024);
    return NewChannel(arguments);
  }

  // Makes events so large that a reader of a NarrowChannel holds up its watch unless it reads: the
  // write of the first one cannot end. Returns when that one is on its way.
  static constexpr int kLargeEvents = 3;
  bool HoldUp() {
    for (int i = 0; i < kLargeEvents; ++i) parts_.Commit("acme", "large", 300'000);
    return WaitUntil([&] { return parts_.store().events_read() > 0; });
  }

  // From now on a reader that needs longer is too slow. Only while no more than one watch is open,
  // which has shown its beginning: that was not to hurry, however busy the machine.
  bool SetWriteTimeout(absl::Duration timeout) {
    // A watch that looks for events is through with the write of its beginning.
    const bool began = WaitUntil([&] { return parts_.store().readings() > 0; });
    environment_.write_timeout = timeout;
    return began;
  }

  int watchers() const { return admission_.in_flight(); }
  // Waits until there are so many.
  bool WaitForWatchers(int count) const {
    return WaitUntil([&] { return watchers() == count; });
  }
  // Waits until the log says that.
  bool WaitForLog(const std::string& text) const {
    return WaitUntil([&] { return LogText().find(text) != std::string::npos; });
  }
  std::string LogText() const {
    std::stringstream text;
    text << std::ifstream(folder_.File("log")).rdbuf();
    return text.str();
  }

 private:
  // Nothing tells a test when gRPC has let go of a stream, so this looks.
  template <typename Condition>
  static bool WaitUntil(Condition condition) {
    const Deadline deadline = Deadline::In(absl::Seconds(30));
    while (!condition() && !deadline.Passed()) absl::SleepFor(absl::Milliseconds(1));
    return condition();
  }

  class Service final
      : public v1::LinkService::WithRawCallbackMethod_WatchAccounts<v1::LinkService::Service> {
   public:
    Service(StreamEnvironment& environment, Watcher& watcher)
        : environment_(environment), watcher_(watcher) {}
    grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchAccounts(
        grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) override {
      return StartWatch(environment_, watcher_, context, request);
    }

   private:
    StreamEnvironment& environment_;
    Watcher& watcher_;
  };

  TempDirectory folder_;
  WatchFixture parts_;
  Log log_;
  Admission admission_;
  StreamEnvironment environment_;
  Service service_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// One watch of a client's.
class WatchClient {
 public:
  WatchClient(const std::shared_ptr<grpc::Channel>& channel, const std::string& parent,
              const std::string& resume_token = "")
      : stub_(v1::LinkService::NewStub(channel)) {
    v1::WatchAccountsRequest request;
    request.set_parent(parent);
    request.set_resume_token(resume_token);
    reader_ = stub_->WatchAccounts(&context_, request);
  }

  // The next response; nullopt when the stream has ended.
  absl::optional<v1::WatchAccountsResponse> Next() {
    v1::WatchAccountsResponse response;
    if (!reader_->Read(&response)) return absl::nullopt;
    return response;
  }

  // The next events, at least `count`, in the order in which they came.
  std::vector<v1::Event> NextEvents(int count) {
    std::vector<v1::Event> events;
    while (static_cast<int>(events.size()) < count) {
      const auto response = Next();
      if (!response) return events;
      events.insert(events.end(), response->events().begin(), response->events().end());
    }
    return events;
  }

  // Reads until the stream ends.
  grpc::Status Finish() {
    while (Next()) {
    }
    return reader_->Finish();
  }

  void Cancel() { context_.TryCancel(); }

 private:
  std::unique_ptr<v1::LinkService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchAccountsResponse>> reader_;
};

// ErrorInfo.reason of an error; empty when there is none.
inline std::string WatchReason(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (!details.ParseFromString(status.error_details())) return "";
  for (const auto& any : details.details()) {
    if (any.UnpackTo(&info)) return info.reason();
  }
  return "";
}

}  // namespace credlink
