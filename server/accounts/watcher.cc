#include "server/accounts/watcher.h"

#include <boost/asio/this_coro.hpp>
#include <memory>
#include <utility>

#include "server/accounts/names.h"
#include "server/accounts/resume_token.h"
#include "server/faults/faults.h"

namespace credlink {

Task<absl::Status> Watcher::Watch(v1::WatchAccountsRequest request, WatchSink& sink) {
  const absl::optional<std::string> tenant = ParseTenantName(request.parent());
  if (!tenant) co_return MalformedField("parent", request.parent(), kTenantNameShape);
  if (feed_.closed()) co_return Fault(v1::ERROR_REASON_SERVER_STOPPING);
  const Strand strand = co_await boost::asio::this_coro::executor;
  const std::unique_ptr<EventFeed::Watch> watch = feed_.Join(*tenant, strand);
  if (watch == nullptr) {
    co_return Fault(v1::ERROR_REASON_TOO_MANY_WATCHES, TenantSubject(request.parent()));
  }
  absl::StatusOr<int64_t> beginning = co_await FindBeginning(*tenant, request.resume_token());
  if (!beginning.ok()) co_return beginning.status();
  int64_t after = *beginning;
  absl::Status written = co_await sink.Write(MakeProgressMark(keys_, *tenant, after));
  if (!written.ok()) co_return written;

  Deadline quiet_until = Deadline::In(options_.idle);
  for (;;) {
    const uint64_t version = watch->version();
    auto read = [this, &tenant, after, version] {
      return ReadBatch(store_, keys_, *tenant, after, version);
    };
    BatchResult batch = co_await watch->batches().Get(after, version, std::move(read));
    if (!batch.ok()) co_return batch.status();
    if ((*batch)->response != nullptr) {
      written = co_await sink.Write((*batch)->response);
      if (!written.ok()) co_return written;
      after = (*batch)->end;
      quiet_until = Deadline::In(options_.idle);
      absl::Status paused = co_await watch->Pause();
      if (!paused.ok()) co_return paused;
      if (!(*batch)->complete) continue;
    }
    absl::StatusOr<bool> announced = co_await watch->WaitBeyond((*batch)->version, quiet_until);
    if (!announced.ok()) co_return announced.status();
    if (!*announced) {
      written = co_await sink.Write(MakeProgressMark(keys_, *tenant, after));
      if (!written.ok()) co_return written;
      quiet_until = Deadline::In(options_.idle);
    }
  }
}

Task<absl::StatusOr<int64_t>> Watcher::FindBeginning(std::string tenant, std::string resume_token) {
  absl::StatusOr<int64_t> after = 0;
  if (!resume_token.empty()) after = ReadResumeToken(keys_, tenant, resume_token);
  if (!after.ok()) co_return after.status();
  absl::StatusOr<EventPage> page = co_await store_.ListEvents(tenant, *after, 0, 0);
  if (!page.ok()) co_return page.status();
  if (resume_token.empty()) co_return page->last;
  // A place that the store has not come to is from before it was restored from a copy.
  if (*after < page->compacted || *after > page->last) {
    co_return Fault(v1::ERROR_REASON_EVENTS_COMPACTED);
  }
  co_return *after;
}

}  // namespace credlink
