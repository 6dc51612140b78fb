#include "tests/bench/http_target.h"

#include <curl/curl.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace credlink::bench {

struct HttpTarget::Transfer {
  CURL* handle = nullptr;
  std::string answer;
  Done done;
};

namespace {

size_t Append(char* bytes, size_t, size_t size, void* answer) {
  static_cast<std::string*>(answer)->append(bytes, size);
  return size;
}

CURL* NewHandle(const Post& post, void* headers, std::string* answer) {
  CURL* handle = curl_easy_init();
  curl_easy_setopt(handle, CURLOPT_URL, post.url.c_str());
  curl_easy_setopt(handle, CURLOPT_CAINFO, post.ca_file.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, post.body.data());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(post.body.size()));
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, static_cast<long>(kCallTimeoutSeconds));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, answer);
  return handle;
}

absl::Status ResultOf(CURL* handle, CURLcode code, const std::string& answer,
                      const std::string& expected) {
  if (code != CURLE_OK) {
    return absl::UnavailableError(absl::StrCat("libcurl: ", curl_easy_strerror(code)));
  }
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  if (status == 200 && absl::StrContains(answer, expected)) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("unexpected answer to the POST, HTTP ", status));
}

}  // namespace

HttpTarget::HttpTarget(Post post)
    : post_(std::move(post)),
      multi_(curl_multi_init()),
      headers_(curl_slist_append(nullptr, "Content-Type: application/json")) {
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 256L);
  thread_ = std::thread([this] { Loop(); });
}

HttpTarget::~HttpTarget() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  curl_multi_wakeup(multi_);
  thread_.join();
  for (const auto& transfer : transfers_) {
    curl_multi_remove_handle(multi_, transfer->handle);
    curl_easy_cleanup(transfer->handle);
  }
  curl_multi_cleanup(multi_);
  curl_slist_free_all(static_cast<curl_slist*>(headers_));
}

void HttpTarget::Call(Done done) {
  {
    MutexLock lock(mutex_);
    ordered_.push_back(std::move(done));
  }
  // The thread itself looks before it waits.
  if (std::this_thread::get_id() != thread_.get_id()) curl_multi_wakeup(multi_);
}

void HttpTarget::Loop() {
  while (true) {
    std::vector<Done> ordered;
    {
      MutexLock lock(mutex_);
      if (stopping_) return;
      ordered.swap(ordered_);
    }
    for (Done& done : ordered) Start(std::move(done));
    int running = 0;
    curl_multi_perform(multi_, &running);
    Collect();
    {
      MutexLock lock(mutex_);
      if (!ordered_.empty()) continue;
    }
    curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
  }
}

void HttpTarget::Start(Done done) {
  if (idle_.empty()) {
    transfers_.push_back(std::make_unique<Transfer>());
    Transfer* fresh = transfers_.back().get();
    fresh->handle = NewHandle(post_, headers_, &fresh->answer);
    curl_easy_setopt(fresh->handle, CURLOPT_PRIVATE, fresh);
    idle_.push_back(fresh);
  }
  Transfer* transfer = idle_.back();
  idle_.pop_back();
  transfer->answer.clear();
  transfer->done = std::move(done);
  curl_multi_add_handle(multi_, transfer->handle);
}

void HttpTarget::Collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* handle = message->easy_handle;
    const CURLcode code = message->data.result;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &transfer);
    absl::Status result = ResultOf(handle, code, transfer->answer, post_.expected);
    curl_multi_remove_handle(multi_, handle);
    idle_.push_back(transfer);
    Done done = std::move(transfer->done);
    std::move(done)(std::move(result));
  }
}

}  // namespace credlink::bench
