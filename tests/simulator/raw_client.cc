#include "tests/simulator/raw_client.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "absl/strings/str_cat.h"

namespace credlink::simulator {
namespace {

size_t Append(char* bytes, size_t, size_t size, void* text) {
  static_cast<std::string*>(text)->append(bytes, size);
  return size;
}

}  // namespace

RawClient::RawClient(const Simulator& simulator)
    : url_(simulator.url()), ca_file_(simulator.ca_file()), handle_(curl_easy_init()) {}

RawClient::~RawClient() { curl_easy_cleanup(handle_); }

RawAnswer RawClient::Send(const std::string& method, const std::string& path,
                          const std::string& content_type, const std::string& body,
                          long timeout_ms) {
  RawAnswer answer;
  curl_easy_reset(handle_);
  curl_slist* headers = curl_slist_append(nullptr, ("Content-Type: " + content_type).c_str());
  headers = curl_slist_append(headers, "Expect:");
  curl_easy_setopt(handle_, CURLOPT_URL, (url_ + path).c_str());
  curl_easy_setopt(handle_, CURLOPT_CAINFO, ca_file_.c_str());
  curl_easy_setopt(handle_, CURLOPT_PROXY, "");
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, method.c_str());
  if (method != "GET") {
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  }
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, timeout_ms);
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, Append);
  curl_easy_setopt(handle_, CURLOPT_HEADERDATA, &answer.headers);
  answer.code = curl_easy_perform(handle_);
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_slist_free_all(headers);
  return answer;
}

boost::json::value RawClient::Ask(const std::string& command, const std::string& data) {
  const Company company = NewCompany();
  const RawAnswer answer =
      Post(absl::StrCat("{\"cid\":", company.cid, ",\"provhash\":\"", company.hash, "\",\"cmd\":\"",
                        command, "\",\"data\":", data, "}"));
  EXPECT_EQ(answer.code, CURLE_OK) << curl_easy_strerror(answer.code);
  EXPECT_EQ(answer.status, 200);
  boost::system::error_code error;
  boost::json::value parsed = boost::json::parse(answer.body, error);
  EXPECT_FALSE(error) << command << " answers " << answer.body;
  return parsed;
}

Company NewCompany(int users, int groups) {
  Company company;
  company.cid = "1234567";
  company.hash = "not a secret";
  company.users = users;
  company.groups = groups;
  return company;
}

}  // namespace credlink::simulator
