#include "server/providers/lastpass/probe_answer.h"

namespace credlink::lastpass {
namespace {

constexpr int kOk = 200;

v1::UpstreamClass ClassOfStatus(int status) {
  if (status == 403) return v1::UPSTREAM_CLASS_BLOCKED;
  if (status == 429) return v1::UPSTREAM_CLASS_RATE_LIMITED;
  if (status >= 500 && status <= 599) return v1::UPSTREAM_CLASS_SERVER_ERROR;
  return v1::UPSTREAM_CLASS_UNEXPECTED_STATUS;
}

v1::UpstreamClass ClassOfJson(JsonFinding::Shape shape) {
  switch (shape) {
    case JsonFinding::kUserData:
      return v1::UPSTREAM_CLASS_USER_DATA;
    case JsonFinding::kFailure:
      return v1::UPSTREAM_CLASS_JSON_FAILURE;
    case JsonFinding::kOther:
      return v1::UPSTREAM_CLASS_JSON_UNKNOWN;
    case JsonFinding::kBroken:
      break;
  }
  return v1::UPSTREAM_CLASS_UNEXPECTED_BODY;
}

v1::UpstreamClass ClassOfXml(XmlRcReader::Finding finding) {
  switch (finding) {
    case XmlRcReader::kAuthorizationError:
      return v1::UPSTREAM_CLASS_AUTHORIZATION_ERROR;
    case XmlRcReader::kOtherRc:
      return v1::UPSTREAM_CLASS_XML_ERROR;
    case XmlRcReader::kForeign:
      return v1::UPSTREAM_CLASS_MARKUP_UNKNOWN;
    case XmlRcReader::kIncomplete:
      break;
  }
  return v1::UPSTREAM_CLASS_UNEXPECTED_BODY;
}

v1::ErrorReason ReasonOfClass(v1::UpstreamClass upstream_class) {
  switch (upstream_class) {
    case v1::UPSTREAM_CLASS_USER_DATA:
      return v1::ERROR_REASON_UNSPECIFIED;
    case v1::UPSTREAM_CLASS_AUTHORIZATION_ERROR:
      return v1::ERROR_REASON_CREDENTIALS_REJECTED;
    case v1::UPSTREAM_CLASS_XML_ERROR:
    case v1::UPSTREAM_CLASS_JSON_FAILURE:
      return v1::ERROR_REASON_UPSTREAM_API_ERROR;
    case v1::UPSTREAM_CLASS_BLOCKED:
      return v1::ERROR_REASON_UPSTREAM_BLOCKED;
    case v1::UPSTREAM_CLASS_RATE_LIMITED:
      return v1::ERROR_REASON_UPSTREAM_RATE_LIMITED;
    case v1::UPSTREAM_CLASS_SERVER_ERROR:
    case v1::UPSTREAM_CLASS_TRANSPORT:
    case v1::UPSTREAM_CLASS_TIMEOUT:
      return v1::ERROR_REASON_UPSTREAM_UNAVAILABLE;
    case v1::UPSTREAM_CLASS_UNTRUSTED:
      return v1::ERROR_REASON_UPSTREAM_UNTRUSTED;
    default:
      return v1::ERROR_REASON_UPSTREAM_UNEXPECTED_ANSWER;
  }
}

v1::Verdict::Outcome OutcomeOfClass(v1::UpstreamClass upstream_class) {
  switch (upstream_class) {
    case v1::UPSTREAM_CLASS_USER_DATA:
      return v1::Verdict::OUTCOME_VALID;
    case v1::UPSTREAM_CLASS_AUTHORIZATION_ERROR:
      return v1::Verdict::OUTCOME_INVALID;
    default:
      return v1::Verdict::OUTCOME_INDETERMINATE;
  }
}

}  // namespace

void ProbeAnswerReader::OnStatus(int http_status) { http_status_ = http_status; }

bool ProbeAnswerReader::OnBody(absl::string_view bytes) {
  if (http_status_ != kOk || other_) return false;
  if (json_ != nullptr) return json_->Append(bytes);
  if (xml_ != nullptr) return xml_->Append(bytes);

  const size_t start = bytes.find_first_not_of(" \t\r\n");
  if (start == absl::string_view::npos) return true;
  bytes.remove_prefix(start);
  if (bytes[0] == '{' || bytes[0] == '[') {
    json_ = std::make_unique<JsonShapeReader>();
    return json_->Append(bytes);
  }
  if (bytes[0] == '<') {
    xml_ = std::make_unique<XmlRcReader>();
    return xml_->Append(bytes);
  }
  other_ = true;
  return false;
}

ProbeAnswer ProbeAnswerReader::Finish(const HttpResult& result) {
  ProbeAnswer answer;
  answer.upstream_class = Classify(result);
  answer.outcome = OutcomeOfClass(answer.upstream_class);
  answer.reason = ReasonOfClass(answer.upstream_class);
  if (answer.outcome == v1::Verdict::OUTCOME_VALID) answer.user_count = user_count_;
  return answer;
}

v1::UpstreamClass ProbeAnswerReader::Classify(const HttpResult& result) {
  switch (result.kind) {
    case HttpResult::kDone:
    case HttpResult::kStopped:
      break;
    case HttpResult::kTimeout:
      return v1::UPSTREAM_CLASS_TIMEOUT;
    case HttpResult::kUntrusted:
      return v1::UPSTREAM_CLASS_UNTRUSTED;
    case HttpResult::kTooLarge:
      return v1::UPSTREAM_CLASS_UNEXPECTED_BODY;
    case HttpResult::kTransport:
    case HttpResult::kCancelled:
      return v1::UPSTREAM_CLASS_TRANSPORT;
  }
  if (result.status != kOk) return ClassOfStatus(result.status);
  const v1::UpstreamClass found = ClassifyBody();
  // This reader stops only bodies that prove nothing. Should one be stopped otherwise, it is no
  // proof.
  const bool proof = OutcomeOfClass(found) != v1::Verdict::OUTCOME_INDETERMINATE;
  return proof && result.kind != HttpResult::kDone ? v1::UPSTREAM_CLASS_UNEXPECTED_BODY : found;
}

v1::UpstreamClass ProbeAnswerReader::ClassifyBody() {
  if (xml_ != nullptr) return ClassOfXml(xml_->Finish());
  if (json_ == nullptr) return v1::UPSTREAM_CLASS_UNEXPECTED_BODY;
  const JsonFinding finding = json_->Finish();
  user_count_ = finding.total;
  return ClassOfJson(finding.shape);
}

}  // namespace credlink::lastpass
