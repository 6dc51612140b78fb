// The closed table of answers to the probe (getuserdata, one user): what counts as proof that
// credentials work, what counts as their refusal, and that everything else is neither.
//
// Source: lastpass-enterprise-api.md, section 4 ("Errors" and "Reading rules for an adapter").
// LastPass answers with HTTP 200 and Content-Type text/xml whatever the body is, so only the body's
// first byte and its content tell the answers apart.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"
#include "credlink/v1/error_reason.pb.h"
#include "credlink/v1/verdict.pb.h"
#include "server/http/http_client.h"
#include "server/providers/lastpass/json_shape_reader.h"
#include "server/providers/lastpass/xml_rc_reader.h"

namespace credlink::lastpass {

struct ProbeAnswer {
  v1::Verdict::Outcome outcome = v1::Verdict::OUTCOME_INDETERMINATE;
  v1::UpstreamClass upstream_class = v1::UPSTREAM_CLASS_UNEXPECTED_BODY;
  v1::ErrorReason reason = v1::ERROR_REASON_UPSTREAM_UNEXPECTED_ANSWER;  // UNSPECIFIED when VALID
  int64_t user_count = 0;                                                // when VALID
};

// Reads one answer as it arrives. Keeps no user data but the count, and at most some KiB of memory
// whatever the body's size. How the body is cut into pieces does not change the answer.
class ProbeAnswerReader final : public BodySink {
 public:
  void OnStatus(int http_status) override;
  bool OnBody(absl::string_view bytes) override;

  // Call once, when the transfer has ended; `result` must not be kCancelled, which is no answer.
  ProbeAnswer Finish(const HttpResult& result);

 private:
  v1::UpstreamClass Classify(const HttpResult& result);
  v1::UpstreamClass ClassifyBody();

  int http_status_ = 0;
  bool other_ = false;  // the body begins like neither JSON nor markup
  std::unique_ptr<JsonShapeReader> json_;
  std::unique_ptr<XmlRcReader> xml_;
  int64_t user_count_ = 0;
};

}  // namespace credlink::lastpass
