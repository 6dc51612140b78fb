#include "server/store/sqlite/writer.h"

#include <algorithm>

#include "server/store/sqlite/sqlite_error.h"

namespace credlink::sqlite {
namespace {

// How often emptying the WAL is tried again when nobody writes.
constexpr std::chrono::milliseconds kRetry(100);

// A statement that meets damage leaves SQLite a transaction that cannot be committed any more: its
// group begins another one, without that write.
absl::Status BeginAnew() { return absl::AbortedError("begin anew"); }

}  // namespace

Writer::Writer(Connection connection, std::unique_ptr<Queries> queries, FailureState& state,
               WriterOptions options)
    : connection_(std::move(connection)),
      queries_(std::move(queries)),
      state_(state),
      options_(options),
      checkpointer_(connection_, state, options.checkpoints),
      queue_(options.queue_limit) {
  thread_ = std::thread([this] { Loop(); });
}

Writer::~Writer() {
  queue_.Close();
  thread_.join();
  checkpointer_.Finish();
  AnswerWaiting(std::chrono::steady_clock::time_point::max());
}

WriterStats Writer::stats() const {
  return WriterStats{writes_.load(), transactions_.load(), checkpointer_.count()};
}

void Writer::Submit(std::unique_ptr<Write> write, Kind kind) {
  Entry entry{std::move(write), kind, absl::OkStatus()};
  if (state_.failed() || !queue_.Push(entry)) entry.write->Finish(StoreUnavailable());
}

void Writer::Loop() {
  std::vector<Entry> group;
  while (NextGroup(group)) {
    if (!group.empty()) RunGroup(group);
    group.clear();
    checkpointer_.RunIfDue();
    AnswerWaiting(std::chrono::steady_clock::now());
  }
}

bool Writer::NextGroup(std::vector<Entry>& group) {
  if (!checkpointer_.must_empty_wal()) return queue_.Pop(options_.group_limit, group);
  const auto retry = std::chrono::steady_clock::now() + kRetry;
  return queue_.PopUntil(retry, options_.group_limit, group);
}

void Writer::RunGroup(std::vector<Entry>& group) {
  absl::Status status;
  do {
    status = state_.failed() ? StoreUnavailable() : CommitGroup(group);
    if (!status.ok() && !state_.failed()) Undo(status);
  } while (status == BeginAnew());
  const auto deadline =
      std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(options_.erase_wait);
  for (Entry& entry : group) {
    if (!status.ok()) entry.status = StoreUnavailable();
    if (entry.kind == kErases && entry.status.ok()) checkpointer_.MustEmptyWal();
    if (entry.kind == kAwaitsErased && entry.status.ok()) {
      waiting_.push_back(Waiting{std::move(entry.write), deadline});
    } else {
      entry.write->Finish(entry.status);
    }
  }
}

void Writer::AnswerWaiting(std::chrono::steady_clock::time_point now) {
  const bool erased = !checkpointer_.must_empty_wal();
  const auto is_over = [&](Waiting& waiting) {
    if (!erased && !state_.failed() && now < waiting.deadline) return false;
    waiting.write->Finish(erased ? absl::OkStatus() : StoreUnavailable());
    return true;
  };
  waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(), is_over), waiting_.end());
}

void Writer::Undo(const absl::Status& why) {
  if (why != BeginAnew()) state_.Report(why);
  if (!connection_.InTransaction()) return;
  absl::Status undone = queries_->rollback.Run();
  if (!undone.ok()) state_.Report(absl::InternalError(undone.message()));
}

absl::Status Writer::CommitGroup(std::vector<Entry>& group) {
  absl::Status status = queries_->begin_write.Run();
  if (!status.ok()) return status;
  int64_t applied = 0;
  for (Entry& entry : group) {
    if (!entry.status.ok()) continue;
    status = ApplyInSavepoint(entry);
    if (!status.ok()) return status;
    if (entry.status.ok()) ++applied;
  }
  status = queries_->commit.Run();
  if (!status.ok()) return status;
  writes_ += applied;
  ++transactions_;
  return absl::OkStatus();
}

// An error that concerns this write alone goes to the entry; any other is the group's.
absl::Status Writer::ApplyInSavepoint(Entry& entry) {
  absl::Status status = queries_->savepoint.Run();
  if (!status.ok()) return status;
  entry.status = entry.write->Apply(*queries_);
  if (!entry.status.ok()) {
    const Severity severity = SeverityOf(entry.status);
    if (severity != Severity::kAlone && severity != Severity::kDamaged) return entry.status;
    entry.status = state_.AnswerTo(entry.status);
    if (severity == Severity::kDamaged) return BeginAnew();
    status = queries_->rollback_to.Run();
    if (!status.ok()) return status;
  }
  return queries_->release.Run();
}

}  // namespace credlink::sqlite
