#include "client/cli/import_run.h"

#include <openssl/sha.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "client/cli/import_retry.h"
#include "client/cli/local_errors.h"

namespace credlink::cli {
namespace {

constexpr int kExhaustedInARow = 3;
constexpr char kNotSent[] = "NOT_SENT";
constexpr size_t kIdDigits = 40;

ImportVerdict VerdictOf(const ImportLine& line,
                        const absl::StatusOr<v1::LinkAccountResponse>& answer) {
  ImportVerdict verdict;
  verdict.line = line.line;
  verdict.account_number = line.account_number;
  if (answer.ok()) {
    verdict.result = ImportResult::kLinked;
    verdict.account = answer->account().name();
    verdict.suspect_accounts = answer->suspect_accounts();
    verdict.notes = answer->notes();
    return verdict;
  }
  const client::ErrorDetails details = client::DetailsOf(answer.status());
  verdict.code = ExitCodeOf(answer.status());
  verdict.reason = ReasonOrCode(answer.status());
  verdict.message = std::string(answer.status().message());
  verdict.next_step = client::DetailsOf(WithNextStep(answer.status())).next_step;
  if (details.reason == "ACCOUNT_ALREADY_LINKED") {
    verdict.result = ImportResult::kAlreadyLinked;
    verdict.account = details.resource;
    verdict.code = kExitOk;
  } else if (verdict.code == kExitRefused) {
    verdict.result = ImportResult::kRefused;
  } else if (verdict.code == kExitUnproven) {
    verdict.result = ImportResult::kUnproven;
  }
  return verdict;
}

// The lines that are still to be done, shared by the threads.
class Work {
 public:
  Work(const ImportRun& run, std::vector<ImportLine>& lines)
      : run_(run), lines_(lines), verdicts_(lines.size()) {}

  void DoSome() {
    for (size_t i = Next(); i < lines_.size(); i = Next()) Conclude(i, LinkOne(lines_[i]));
  }
  std::vector<ImportVerdict> TakeVerdicts() { return std::move(verdicts_); }

 private:
  struct Outcome {
    ImportVerdict verdict;
    Bearing bearing = Bearing::kNone;
  };

  size_t Next() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return next_++;
  }

  Outcome LinkOne(const ImportLine& line) {
    ImportVerdict last = NotSent(line);
    for (int attempt = 1;; ++attempt) {
      if (!run_.pace.WaitForTurn()) return {std::move(last), Bearing::kNone};
      const auto answer = Send(line);
      last = VerdictOf(line, answer);
      const ImportRetry retry = RetryOf(answer.status(), attempt);
      if (!retry.again) return {std::move(last), retry.bearing};
      Wait(retry, last.reason);
    }
  }

  absl::StatusOr<v1::LinkAccountResponse> Send(const ImportLine& line) {
    v1::LinkAccountRequest request = line.request;
    if (request.request_id().empty()) request.set_request_id(RequestIdOf(run_.import_id, line));
    request.set_validate_only(run_.validate_only);
    v1::LastPassCredentials& lastpass = *request.mutable_credentials()->mutable_lastpass();
    lastpass.set_account_number(line.account_number);
    const absl::string_view hash = line.hash.Reveal();
    lastpass.set_provisioning_hash(hash.data(), hash.size());
    return run_.client.Link(std::move(request));
  }

  void Wait(const ImportRetry& retry, const std::string& reason) {
    if (run_.on_wait) {
      const std::lock_guard<std::mutex> lock(mutex_);
      run_.on_wait(*retry.again, reason);
    }
    if (retry.bearing == Bearing::kNone) {
      run_.pace.Pause(*retry.again);
    } else {
      run_.pace.HoldAllBack(*retry.again);
    }
  }

  static ImportVerdict NotSent(const ImportLine& line) {
    ImportVerdict verdict;
    verdict.line = line.line;
    verdict.account_number = line.account_number;
    verdict.result = ImportResult::kNotSent;
    verdict.reason = kNotSent;
    verdict.code = kExitUnreachable;
    return verdict;
  }

  void Conclude(size_t i, Outcome outcome) {
    const std::lock_guard<std::mutex> lock(mutex_);
    exhausted_in_a_row_ = outcome.bearing == Bearing::kNone ? 0 : exhausted_in_a_row_ + 1;
    const bool hopeless = outcome.bearing == Bearing::kEvery;
    if (hopeless || exhausted_in_a_row_ == kExhaustedInARow) run_.pace.Stop();
    lines_[i].hash = Secret();
    if (run_.on_verdict) run_.on_verdict(outcome.verdict);
    verdicts_[i] = std::move(outcome.verdict);
  }

  const ImportRun& run_;
  std::vector<ImportLine>& lines_;
  std::mutex mutex_;
  size_t next_ = 0;
  int exhausted_in_a_row_ = 0;
  std::vector<ImportVerdict> verdicts_;
};

}  // namespace

const char* ResultName(ImportResult result) {
  switch (result) {
    case ImportResult::kLinked:
      return "linked";
    case ImportResult::kAlreadyLinked:
      return "already_linked";
    case ImportResult::kRefused:
      return "refused";
    case ImportResult::kUnproven:
      return "unproven";
    default:
      return "failed";
  }
}

std::string RequestIdOf(const std::string& import_id, const ImportLine& line) {
  std::string text;
  // With its length before each part, so that no two lists of parts make the same text.
  for (const std::string& part : {import_id, line.request.parent(), line.account_number,
                                  line.request.owner().id(), line.request.account_id()}) {
    absl::StrAppend(&text, part.size(), ":", part);
  }
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  const std::string hex = absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), sizeof(digest)));
  return absl::StrCat("import-", hex.substr(0, kIdDigits));
}

ExitCode WorstOf(const std::vector<ImportVerdict>& verdicts) {
  for (ExitCode code : {kExitDataLoss, kExitInternal, kExitDenied, kExitUsage, kExitConflict,
                        kExitNotFound, kExitRefused, kExitUnreachable, kExitUnproven}) {
    const bool found = std::any_of(verdicts.begin(), verdicts.end(),
                                   [code](const ImportVerdict& v) { return v.code == code; });
    if (found) return code;
  }
  return kExitOk;
}

std::vector<ImportVerdict> LinkAll(const ImportRun& run, std::vector<ImportLine>& lines) {
  Work work(run, lines);
  std::vector<std::thread> threads;
  const size_t count = std::min<size_t>(run.concurrency, lines.size());
  for (size_t i = 0; i < count; ++i) threads.emplace_back([&work] { work.DoSome(); });
  for (std::thread& thread : threads) thread.join();
  return work.TakeVerdicts();
}

}  // namespace credlink::cli
