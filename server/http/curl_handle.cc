#include "server/http/curl_handle.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http/addresses.h"

namespace credlink {
namespace {

// Looks at the address after the name was resolved, so a name that leads inside is refused too.
curl_socket_t OpenPublicSocket(void*, curlsocktype, curl_sockaddr* address) {
  if (!IsPublicAddress(&address->addr)) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// While an answer is awaited, its connection needs no buffers; a thousand of them do add up.
CURLcode ReleaseIdleBuffers(CURL*, void* context, void*) {
  SSL_CTX_set_mode(static_cast<SSL_CTX*>(context), SSL_MODE_RELEASE_BUFFERS);
  return CURLE_OK;
}

}  // namespace

CURL* NewHandle(const CurlOptions& options, bool refuse_private_addresses) {
  CURL* handle = curl_easy_init();
  if (handle == nullptr) return nullptr;
  const auto set = [handle](CURLoption option, auto value) {
    curl_easy_setopt(handle, option, value);
  };
  set(CURLOPT_PROTOCOLS_STR, "https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "https");
  set(CURLOPT_FOLLOWLOCATION, 0L);  // a POST with credentials never goes elsewhere
  set(CURLOPT_PROXY, "");           // not even the environment's
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) {
    set(CURLOPT_CAINFO, options.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
  // Bodies are wiped for certain only on HTTP/1.1; see CurlClient.
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_POST, 1L);
  set(CURLOPT_USERAGENT, options.user_agent.c_str());
  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(absl::ToInt64Milliseconds(options.connect_timeout)));
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_UPLOAD_BUFFERSIZE, 16384L);  // the least; a probe has some 200 bytes
  set(CURLOPT_BUFFERSIZE, 4096L);          // an answer to a probe has less
  set(CURLOPT_SSL_CTX_FUNCTION, ReleaseIdleBuffers);
  set(CURLOPT_MAXLIFETIME_CONN, 600L);
  if (refuse_private_addresses) set(CURLOPT_OPENSOCKETFUNCTION, OpenPublicSocket);
  return handle;
}

// In the manual's order; whatever else there is, is a transport failure. So is
// CURLE_SSL_CONNECT_ERROR, which a connection that breaks during the handshake gives as well.
HttpResult::Kind KindOf(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return HttpResult::kDone;
    case CURLE_OPERATION_TIMEDOUT:
      return HttpResult::kTimeout;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return HttpResult::kUntrusted;
    default:
      return HttpResult::kTransport;
  }
}

std::string HostOf(const std::string& base_url) {
  CURLU* url = curl_url();
  char* host = nullptr;
  char* path = nullptr;
  std::string result;
  if (curl_url_set(url, CURLUPART_URL, base_url.c_str(), CURLU_DISALLOW_USER) == CURLUE_OK &&
      curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
      curl_url_get(url, CURLUPART_PATH, &path, 0) == CURLUE_OK && absl::string_view(path) == "/" &&
      absl::string_view(base_url).substr(0, 8) == "https://" &&
      base_url.find_first_of("?#") == std::string::npos && base_url.back() != '/') {
    result = host;
  }
  curl_free(host);
  curl_free(path);
  curl_url_cleanup(url);
  return result;
}

}  // namespace credlink
