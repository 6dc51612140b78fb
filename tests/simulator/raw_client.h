// Talks to the simulator as any HTTP client would, with libcurl's own defaults.
#pragma once

#include <curl/curl.h>

#include <boost/json/value.hpp>
#include <string>

#include "tests/simulator/simulator.h"

namespace credlink::simulator {

struct RawAnswer {
  CURLcode code = CURLE_OK;
  long status = 0;
  std::string headers;  // status line included
  std::string body;
};

// Keeps its connection.
class RawClient {
 public:
  explicit RawClient(const Simulator& simulator);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  RawAnswer Send(const std::string& method, const std::string& path,
                 const std::string& content_type, const std::string& body,
                 long timeout_ms = 30'000);
  // A POST of that body to the API.
  RawAnswer Post(const std::string& body) {
    return Send("POST", "/enterpriseapi.php", "application/json", body);
  }
  // A command of the company that NewCompany() makes, whose answer must be JSON.
  boost::json::value Ask(const std::string& command, const std::string& data = "{}");

 private:
  const std::string url_;
  const std::string ca_file_;
  CURL* const handle_;
};

// The company that Ask() is about.
Company NewCompany(int users = 4, int groups = 2);

}  // namespace credlink::simulator
