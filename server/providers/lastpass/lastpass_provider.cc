#include "server/providers/lastpass/lastpass_provider.h"

#include <string>
#include <utility>

#include "server/faults/faults.h"
#include "server/providers/lastpass/connector.h"
#include "server/providers/lastpass/credentials_reader.h"
#include "server/providers/lastpass/probe_answer.h"
#include "server/providers/lastpass/probe_request.h"

namespace credlink {
namespace {

constexpr absl::string_view kId = "lastpass";
constexpr char kValidMessage[] = "LastPass accepted the account number and the provisioning hash.";

// A tenant whose LastPass ignores the page size sends all its users: 50,000 take about 50 MB.
constexpr size_t kMaxBody = 64 * 1024 * 1024;

HttpRequest MakeRequest(const ProviderCredentials& credentials, Deadline deadline,
                        absl::Duration max_time) {
  return HttpRequest{.path = std::string(lastpass::kPath),
                     .content_type = "application/json",
                     .body = lastpass::MakeProbeBody(credentials),
                     .deadline = deadline,
                     .max_body = kMaxBody,
                     .max_time = max_time};
}

void SetLatency(absl::Duration latency, google::protobuf::Duration& out) {
  absl::Duration rest;
  out.set_seconds(absl::IDivDuration(latency, absl::Seconds(1), &rest));
  out.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
}

void SetTime(absl::Time time, google::protobuf::Timestamp& out) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  out.set_seconds(seconds);
  out.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

v1::Verdict MakeVerdict(const lastpass::ProbeAnswer& answer, const HttpResult& result,
                        absl::Time now) {
  v1::Verdict verdict;
  verdict.set_outcome(answer.outcome);
  verdict.set_reason(answer.reason);
  if (answer.outcome == v1::Verdict::OUTCOME_VALID) {
    verdict.set_message(kValidMessage);
  } else {
    const v1::ReasonInfo& info = InfoOf(answer.reason);
    verdict.set_message(info.message());
    *verdict.mutable_next_step() = info.next_step();
  }
  v1::Evidence& evidence = *verdict.mutable_evidence();
  evidence.set_command(std::string(lastpass::kCommand));
  evidence.set_upstream_class(answer.upstream_class);
  evidence.set_http_status(result.status);
  SetLatency(result.latency, *evidence.mutable_latency());
  SetTime(now, *evidence.mutable_time());
  return verdict;
}

}  // namespace

LastPassProvider::LastPassProvider(HttpClient& http, const Clock& clock, const Options& options)
    : http_(http), clock_(clock), options_(options), connector_(lastpass::MakeConnector()) {}

absl::string_view LastPassProvider::id() const { return kId; }

const v1::Connector& LastPassProvider::connector() const { return connector_; }

absl::optional<ReadCredentials> LastPassProvider::Read(const v1::Credentials& input,
                                                       FieldFaults& faults) const {
  return lastpass::ReadLastPassCredentials(input, faults);
}

Task<ProbeResult> LastPassProvider::Probe(const ProviderCredentials& credentials,
                                          Deadline deadline) {
  lastpass::ProbeAnswerReader reader;
  HttpRequest request = MakeRequest(credentials, deadline, options_.max_probe_time);
  Task<HttpResult> post = http_.Post(std::move(request), reader);
  const HttpResult result = co_await std::move(post);

  ProbeResult probe;
  if (result.kind == HttpResult::kCancelled) {
    probe.cancelled = true;
    co_return probe;
  }
  const lastpass::ProbeAnswer answer = reader.Finish(result);
  probe.verdict = MakeVerdict(answer, result, clock_.Now());
  probe.user_count = answer.user_count;
  if (answer.outcome == v1::Verdict::OUTCOME_INDETERMINATE) probe.retry_after = result.retry_after;
  co_return probe;
}

}  // namespace credlink
