#include "server/http/curl_client.h"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "server/http/addresses.h"
#include "server/http/curl_handle.h"
#include "server/http/curl_memory.h"

namespace credlink {
namespace {

constexpr size_t kMaxHeaderBytes = 64 * 1024;  // libcurl 7.88 has no limit of its own
constexpr int kIdlePollMs = 1000;
constexpr int kWaitingPollMs = 20;  // while transfers wait for a place, whose deadlines we watch

}  // namespace

// One request from its order to its completion. Used by the thread, but for its making.
class CurlClient::Transfer {
 public:
  Transfer(uint64_t id, HttpRequest request, BodySink& sink, Completion<HttpResult> done)
      : id_(id), request_(std::move(request)), sink_(sink), done_(std::move(done)) {}
  ~Transfer() { curl_slist_free_all(headers_); }

  uint64_t id() const { return id_; }
  bool Late() const { return request_.deadline.Passed(); }
  CURL* handle() const { return handle_; }

  void Start(CURLM* multi, CURL* handle, const std::string& base_url) {
    handle_ = handle;
    headers_ =
        curl_slist_append(nullptr, absl::StrCat("Content-Type: ", request_.content_type).c_str());
    headers_ = curl_slist_append(headers_, "Expect:");  // no waiting for "100 Continue"
    curl_easy_setopt(handle, CURLOPT_URL, absl::StrCat(base_url, request_.path).c_str());
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers_);
    // Not copied: libcurl reads straight from the Secret.
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request_.body.Reveal().data());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(request_.body.size()));
    const int64_t left =
        absl::ToInt64Milliseconds(std::min(request_.deadline.Left(), request_.max_time));
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<int64_t>(1, left)));
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, OnBody);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, OnHeader);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
    curl_multi_add_handle(multi, handle);
  }

  // The handle forgets what belonged to this request, and can serve another.
  void Stop(CURLM* multi) {
    curl_multi_remove_handle(multi, handle_);
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, nullptr);
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, nullptr);
    curl_easy_setopt(handle_, CURLOPT_PRIVATE, nullptr);
  }

  HttpResult ResultOf(CURLcode code) {
    HttpResult result;
    result.kind = stopped_by_.value_or(KindOf(code));
    result.status = Status();
    curl_off_t retry_after = 0;
    curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &retry_after);
    if (retry_after > 0) result.retry_after = absl::Seconds(retry_after);
    if (result.kind == HttpResult::kDone) TellStatus();
    return result;
  }

  int NewConnections() const {
    long count = 0;
    curl_easy_getinfo(handle_, CURLINFO_NUM_CONNECTS, &count);
    return static_cast<int>(count);
  }

  // The last step. The request, the hash in it included, is gone before the waiting call goes on.
  static void Complete(std::unique_ptr<Transfer> transfer, HttpResult result) {
    result.latency = absl::FromChrono(Deadline::Steady::now() - transfer->ordered_at_);
    Completion<HttpResult> done = std::move(transfer->done_);
    transfer.reset();
    std::move(done)(result);
  }

 private:
  int Status() const {
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
  }

  void TellStatus() {
    if (!status_told_) sink_.OnStatus(Status());
    status_told_ = true;
  }

  static size_t OnBody(char* bytes, size_t, size_t size, void* user) {
    auto& self = *static_cast<Transfer*>(user);
    self.TellStatus();
    self.body_bytes_ += size;
    if (self.body_bytes_ > self.request_.max_body) {
      self.stopped_by_ = HttpResult::kTooLarge;
    } else if (!self.sink_.OnBody(absl::string_view(bytes, size))) {
      self.stopped_by_ = HttpResult::kStopped;
    }
    return self.stopped_by_ ? CURL_WRITEFUNC_ERROR : size;
  }

  static size_t OnHeader(char*, size_t, size_t size, void* user) {
    auto& self = *static_cast<Transfer*>(user);
    self.header_bytes_ += size;
    if (self.header_bytes_ > kMaxHeaderBytes) self.stopped_by_ = HttpResult::kTooLarge;
    return self.stopped_by_ ? 0 : size;
  }

  const uint64_t id_;
  const HttpRequest request_;
  BodySink& sink_;
  Completion<HttpResult> done_;
  const Deadline::Steady::time_point ordered_at_ = Deadline::Steady::now();
  CURL* handle_ = nullptr;
  curl_slist* headers_ = nullptr;
  bool status_told_ = false;
  size_t body_bytes_ = 0;
  size_t header_bytes_ = 0;
  absl::optional<HttpResult::Kind> stopped_by_;
};

absl::StatusOr<std::unique_ptr<CurlClient>> CurlClient::Create(CurlOptions options) {
  if (!StartCurl()) return absl::InternalError("libcurl does not start");
  if (HostOf(options.base_url).empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", options.base_url, "' is not of the form https://host[:port]"));
  }
  if (!options.ca_file.empty() && access(options.ca_file.c_str(), R_OK) != 0) {
    return absl::InvalidArgumentError(absl::StrCat("cannot read the CA file ", options.ca_file));
  }
  std::unique_ptr<CurlClient> client(new CurlClient(std::move(options)));
  if (client->multi_ == nullptr) return absl::InternalError("libcurl does not start");
  client->thread_ = std::thread([raw = client.get()] { raw->Loop(); });
  return client;
}

CurlClient::CurlClient(CurlOptions options)
    : options_(std::move(options)),
      literal_host_(IsLiteralAddress(HostOf(options_.base_url))),
      multi_(curl_multi_init()) {
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.max_transfers));
}

CurlClient::~CurlClient() {
  if (thread_.joinable()) {
    {
      MutexLock lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_);
    thread_.join();
  }
  for (void* handle : idle_handles_) curl_easy_cleanup(handle);
  curl_multi_cleanup(multi_);
}

Task<HttpResult> CurlClient::Post(HttpRequest request, BodySink& sink) {
  const uint64_t id = next_id_++;
  return AwaitCancellable<HttpResult>(
      [this, id, request = std::move(request), &sink](Completion<HttpResult> done) mutable {
        auto transfer = std::make_unique<Transfer>(id, std::move(request), sink, std::move(done));
        bool wake = false;
        {
          MutexLock lock(mutex_);
          wake = ordered_.empty();
          ordered_.push_back(std::move(transfer));
        }
        if (wake) curl_multi_wakeup(multi_);
      },
      [this, id] {
        {
          MutexLock lock(mutex_);
          cancelled_.push_back(id);
        }
        curl_multi_wakeup(multi_);
      });
}

void CurlClient::Loop() {
  while (true) {
    TakeOrders();
    {
      MutexLock lock(mutex_);
      if (stopping_) break;
    }
    ExpireWaiting();
    StartWaiting();
    int running = 0;
    curl_multi_perform(multi_, &running);
    Collect();
    if (!waiting_.empty() && active_.size() < static_cast<size_t>(options_.max_transfers)) continue;
    curl_multi_poll(multi_, nullptr, 0, waiting_.empty() ? kIdlePollMs : kWaitingPollMs, nullptr);
  }
  StopAll();
}

void CurlClient::TakeOrders() {
  std::vector<std::unique_ptr<Transfer>> ordered;
  std::vector<uint64_t> cancelled;
  {
    MutexLock lock(mutex_);
    ordered.swap(ordered_);
    cancelled.swap(cancelled_);
  }
  for (auto& transfer : ordered) waiting_.push_back(std::move(transfer));
  for (uint64_t id : cancelled) Cancel(id);
}

void CurlClient::StartWaiting() {
  while (!waiting_.empty() && active_.size() < static_cast<size_t>(options_.max_transfers)) {
    CURL* handle = nullptr;
    if (idle_handles_.empty()) {
      handle = NewHandle(options_, !options_.allow_private_addresses && !literal_host_);
    } else {
      handle = idle_handles_.back();
      idle_handles_.pop_back();
    }
    std::unique_ptr<Transfer> transfer = std::move(waiting_.front());
    waiting_.pop_front();
    if (handle == nullptr) {
      Transfer::Complete(std::move(transfer), HttpResult());
      continue;
    }
    transfer->Start(multi_, handle, options_.base_url);
    active_[transfer->id()] = std::move(transfer);
  }
}

void CurlClient::Collect() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    Finish(transfer->id(), transfer->ResultOf(code));
  }
}

void CurlClient::Cancel(uint64_t id) {
  HttpResult result;
  result.kind = HttpResult::kCancelled;
  if (active_.count(id) > 0) {
    Finish(id, result);
    return;
  }
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [id](const auto& transfer) { return transfer->id() == id; });
  if (found == waiting_.end()) return;  // completed meanwhile
  std::unique_ptr<Transfer> transfer = std::move(*found);
  waiting_.erase(found);
  Transfer::Complete(std::move(transfer), result);
}

void CurlClient::ExpireWaiting() {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (!(*it)->Late()) {
      ++it;
      continue;
    }
    std::unique_ptr<Transfer> transfer = std::move(*it);
    it = waiting_.erase(it);
    HttpResult result;
    result.kind = HttpResult::kTimeout;
    Transfer::Complete(std::move(transfer), result);
  }
}

void CurlClient::Finish(uint64_t id, HttpResult result) {
  const auto found = active_.find(id);
  std::unique_ptr<Transfer> transfer = std::move(found->second);
  active_.erase(found);
  ++transfers_;
  connections_ += transfer->NewConnections();
  idle_handles_.push_back(transfer->handle());
  transfer->Stop(multi_);
  Transfer::Complete(std::move(transfer), result);
}

void CurlClient::StopAll() {
  TakeOrders();  // what came between the last look and the order to stop
  HttpResult result;
  result.kind = HttpResult::kCancelled;
  while (!active_.empty()) Finish(active_.begin()->first, result);
  for (auto& transfer : waiting_) Transfer::Complete(std::move(transfer), result);
  waiting_.clear();
}

}  // namespace credlink
