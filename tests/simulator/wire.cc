#include "tests/simulator/wire.h"

#include "absl/strings/str_cat.h"
#include "tests/simulator/directory.h"

namespace credlink::simulator {
namespace {

// The headers seen in recordings of the live service (lastpass-enterprise-api.md, section 1). JSON
// bodies are labelled XML there as well.
constexpr absl::string_view kApiHeaders =
    "Server: LastPass\r\n"
    "Content-Type: text/xml;charset=UTF-8\r\n"
    "Cache-Control: no-cache,private,no-store,max-age=0,s-maxage=0,must-revalidate,"
    "proxy-revalidate\r\n"
    "Strict-Transport-Security: max-age=86400000\r\n"
    "X-Frame-Options: SAMEORIGIN\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-XSS-Protection: 1; mode=block\r\n"
    "P3P: CP=\"NON DSP COR CUR OUR LEG PHY COM\"\r\n"
    "Vary: origin, Accept-Encoding\r\n"
    "Set-Cookie: _abck=simulated~-1~; Domain=.lastpass.com; Path=/; Secure\r\n"
    "Set-Cookie: bm_sz=simulated; Domain=.lastpass.com; Path=/; HttpOnly\r\n";

constexpr absl::string_view kEdgeHeaders = "Server: AkamaiGHost\r\nContent-Type: text/html\r\n";

absl::string_view ReasonOf(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 429:
      return "Too Many Requests";
    default:
      return status >= 500 ? "Server Error" : "Status";
  }
}

std::string Assemble(int status, absl::string_view headers, size_t length, absl::string_view body) {
  return absl::StrCat("HTTP/1.1 ", status, " ", ReasonOf(status), "\r\n", headers,
                      "Content-Length: ", length, "\r\n\r\n", body);
}

std::string Html(absl::string_view title) {
  // The words must not be taken for LastPass's verdict.
  return absl::StrCat("<!DOCTYPE html><html><head><title>", title, "</title></head><body><h1>",
                      title, "</h1><p>Authorization Error? Reference #18.7f5</p></body></html>\n");
}

std::string EdgeAnswer(int status, absl::string_view title, absl::string_view more_headers) {
  const std::string html = Html(title);
  return Assemble(status, absl::StrCat(kEdgeHeaders, more_headers), html.size(), html);
}

}  // namespace

WireAnswer MakeWireAnswer(const Fault& fault, const std::string& body) {
  const absl::string_view part = absl::string_view(body).substr(0, fault.bytes);
  switch (fault.kind) {
    case Fault::kNone:
    case Fault::kHang:
    case Fault::kClose:
    case Fault::kTrickle:
      return {Assemble(200, kApiHeaders, body.size(), body)};
    case Fault::kReset:
    case Fault::kTruncated:
      return {Assemble(200, kApiHeaders, body.size(), part), false};
    case Fault::kBody:
      return {Assemble(fault.status == 0 ? 200 : fault.status, kApiHeaders, fault.body.size(),
                       fault.body)};
    case Fault::kEdgeBlock:
      return {EdgeAnswer(403, "Access Denied", "")};
    case Fault::kEdgeRateLimit:
      return {EdgeAnswer(429, "Too Many Requests",
                         fault.retry_after_seconds > 0
                             ? absl::StrCat("Retry-After: ", fault.retry_after_seconds, "\r\n")
                             : "")};
    case Fault::kServerError:
      return {EdgeAnswer(fault.status == 0 ? 502 : fault.status, "Service trouble", "")};
    case Fault::kHugeAnswer: {
      const std::string huge = Directory::HugeAnswer(fault.bytes);
      return {Assemble(200, kApiHeaders, huge.size(), huge)};
    }
    case Fault::kHugeGarbage:
      return {Assemble(200, kApiHeaders, fault.bytes, std::string(fault.bytes, 'g'))};
    case Fault::kLengthTooLong:
      return {Assemble(200, kApiHeaders, body.size() + 100, body), false};
    case Fault::kLengthTooShort:
      return {Assemble(200, kApiHeaders, body.size() / 2, body), false};
    case Fault::kRedirect:
      return {Assemble(302, absl::StrCat(kApiHeaders, "Location: ", fault.body, "\r\n"), 0, "")};
  }
  return {"", false};
}

std::string MakePlainAnswer(int status, absl::string_view content_type, absl::string_view body) {
  return Assemble(status, absl::StrCat("Content-Type: ", content_type, "\r\n"), body.size(), body);
}

}  // namespace credlink::simulator
