// How a libcurl handle is set up, and what its results mean. Everything that decides what goes over
// the wire stands here.
#pragma once

#include <curl/curl.h>

#include "server/http/curl_client.h"

namespace credlink {

// A handle with every option that is the same for all requests. nullptr when libcurl has no memory.
CURL* NewHandle(const CurlOptions& options, bool refuse_private_addresses);

// What a result code means to us.
HttpResult::Kind KindOf(CURLcode code);

// The host of "https://host[:port]"; empty when the URL has another shape.
std::string HostOf(const std::string& base_url);

}  // namespace credlink
