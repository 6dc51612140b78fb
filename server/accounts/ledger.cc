#include "server/accounts/ledger.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <utility>
#include <vector>

#include "server/accounts/names.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

constexpr absl::Duration kRequestIdLifetime = absl::Hours(24);

bool MakesCheckDue(const ChangeSet& changes) {
  return std::any_of(changes.changes.begin(), changes.changes.end(),
                     [&changes](const AccountChange& change) {
                       return change.kind != AccountChange::kErase &&
                              change.record.account.state() == v1::Account::STATE_ACTIVE &&
                              change.record.check_due <= changes.now;
                     });
}

// What is logged of an event.
struct LogLine {
  explicit LogLine(const v1::Event& event)
      : caller(event.actor()),
        change(v1::Event::Type_Name(event.type()).substr(5)),  // without "TYPE_"
        account(event.account().name()),
        account_number(event.account().account_number()),
        health(v1::Account::Health_Name(event.account().health())) {}

  std::string caller;
  std::string change;
  std::string account;
  std::string account_number;
  std::string health;
};

FaultSubject SubjectOf(absl::string_view tenant, absl::string_view account_id) {
  return AccountSubject(FormatAccountName(tenant, account_id));
}

// The answer that is on record, when it was given to the same request.
absl::StatusOr<std::string> AnswerIn(RequestRecord record, const Mutation& mutation) {
  if (record.digest != mutation.digest) return Fault(v1::ERROR_REASON_REQUEST_ID_REUSED);
  return std::move(record.response);
}

// What other accounts keep from being written.
absl::Status ObstacleIn(const ChangeOutcome& outcome, absl::string_view tenant,
                        absl::string_view account_id) {
  switch (outcome.kind) {
    case ChangeOutcome::kAlreadyLinked:
      return Fault(v1::ERROR_REASON_ACCOUNT_ALREADY_LINKED,
                   SubjectOf(tenant, outcome.existing_account_id));
    case ChangeOutcome::kAccountIdTaken:
      return Fault(v1::ERROR_REASON_ACCOUNT_ID_TAKEN, SubjectOf(tenant, account_id));
    default:
      return absl::OkStatus();
  }
}

}  // namespace

Task<absl::StatusOr<absl::optional<std::string>>> Ledger::FirstAnswer(const Mutation& mutation) {
  if (mutation.request_id.empty()) co_return absl::nullopt;
  absl::StatusOr<absl::optional<RequestRecord>> record =
      co_await store_.FindRequest(mutation.name.tenant, mutation.request_id, clock_.Now());
  if (!record.ok()) co_return record.status();
  if (!record->has_value()) co_return absl::nullopt;
  co_return AnswerIn(**std::move(record), mutation);
}

Task<absl::StatusOr<AccountRecord>> Ledger::Load(const Mutation& mutation) {
  absl::StatusOr<absl::optional<AccountRecord>> record =
      co_await store_.GetAccount(mutation.name.tenant, mutation.name.account_id);
  if (!record.ok()) co_return record.status();
  const FaultSubject subject = SubjectOf(mutation.name.tenant, mutation.name.account_id);
  if (!record->has_value()) co_return Fault(v1::ERROR_REASON_ACCOUNT_NOT_FOUND, subject);
  if (!mutation.etag.empty() && mutation.etag != (*record)->account.etag()) {
    co_return Fault(v1::ERROR_REASON_ETAG_MISMATCH, subject);
  }
  co_return **std::move(record);
}

Task<absl::Status> Ledger::CheckPlace(LinkQuery query) {
  const std::string tenant = query.tenant;
  const std::string account_id = query.account_id;
  const absl::StatusOr<ChangeOutcome> outcome = co_await store_.CheckInsert(std::move(query));
  if (!outcome.ok()) co_return outcome.status();
  co_return ObstacleIn(*outcome, tenant, account_id);
}

Task<absl::StatusOr<absl::optional<Ledger::Committed>>> Ledger::Commit(const Mutation& mutation,
                                                                       ChangeSet changes,
                                                                       std::string response) {
  if (!mutation.request_id.empty()) {
    changes.request = RequestRecord{mutation.request_id, mutation.digest, response,
                                    clock_.Now() + kRequestIdLifetime};
  }
  absl::StatusOr<ChangeOutcome> outcome = co_await Apply(std::move(changes));
  if (!outcome.ok()) co_return outcome.status();
  if (outcome->kind == ChangeOutcome::kConflict) co_return absl::nullopt;
  if (outcome->kind == ChangeOutcome::kRequestSeen) {
    absl::StatusOr<std::string> first = AnswerIn(*std::move(outcome->request), mutation);
    if (!first.ok()) co_return first.status();
    co_return Committed{*std::move(first), false};
  }
  const absl::Status obstacle =
      ObstacleIn(*outcome, mutation.name.tenant, mutation.name.account_id);
  if (!obstacle.ok()) co_return obstacle;
  co_return Committed{std::move(response)};
}

Task<absl::StatusOr<ChangeOutcome>> Ledger::Apply(ChangeSet changes) {
  const auto cancelled = co_await boost::asio::this_coro::cancellation_state;
  if (cancelled.cancelled() != boost::asio::cancellation_type::none) {
    co_return Fault(v1::ERROR_REASON_CANCELLED);
  }
  changes.now = clock_.Now();
  const bool check_due = MakesCheckDue(changes);
  const std::string tenant = changes.tenant;
  const std::vector<LogLine> lines(changes.events.begin(), changes.events.end());
  absl::StatusOr<ChangeOutcome> outcome = co_await store_.Apply(std::move(changes));
  if (!outcome.ok() || outcome->kind != ChangeOutcome::kApplied) co_return outcome;
  if (!lines.empty()) feed_.Announce(tenant);
  if (check_due || outcome->made_due) on_check_due_();
  for (const LogLine& line : lines) {
    log_.Info("account changed", {{"caller", line.caller},
                                  {"change", line.change},
                                  {"account", line.account},
                                  {"account_number", line.account_number},
                                  {"health", line.health}});
  }
  co_return outcome;
}

}  // namespace credlink
