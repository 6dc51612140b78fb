#include "server/accounts/event_batch.h"

#include <utility>

#include "credlink/v1/event.pb.h"
#include "server/accounts/resume_token.h"
#include "server/accounts/watch_wire.pb.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

constexpr int kMaxEvents = 100;
constexpr size_t kMaxBytes = 64 * 1024;

std::string ResponseOf(const KeyRing& keys, const std::string& tenant, int64_t after,
                       std::vector<std::string> events) {
  accounts::WatchAccountsWire wire;
  wire.mutable_events()->Reserve(static_cast<int>(events.size()));
  v1::Event place;  // what the stored event does not have
  int64_t sequence = after;
  for (std::string& event : events) {
    place.set_sequence(++sequence);
    place.set_resume_token(MakeResumeToken(keys, tenant, sequence));
    // Two messages of a type written one behind the other are the two merged.
    place.AppendToString(&event);
    wire.add_events(std::move(event));
  }
  wire.set_resume_token(place.resume_token());
  return wire.SerializeAsString();
}

}  // namespace

Task<BatchResult> ReadBatch(AccountStore& store, const KeyRing& keys, std::string tenant,
                            int64_t after, uint64_t version) {
  absl::StatusOr<EventPage> page = co_await store.ListEvents(tenant, after, kMaxEvents, kMaxBytes);
  if (!page.ok()) co_return page.status();
  if (after < page->compacted || after > page->last) {
    co_return Fault(v1::ERROR_REASON_EVENTS_COMPACTED);
  }
  auto batch = std::make_shared<EventBatch>();
  batch->after = after;
  batch->end = after + static_cast<int64_t>(page->events.size());
  batch->complete = batch->end >= page->last;
  batch->version = version;
  if (!page->events.empty()) {
    batch->response = std::make_shared<const std::string>(
        ResponseOf(keys, tenant, after, std::move(page->events)));
  }
  std::shared_ptr<const EventBatch> result = std::move(batch);
  co_return result;
}

std::shared_ptr<const std::string> MakeProgressMark(const KeyRing& keys, const std::string& tenant,
                                                    int64_t sequence) {
  accounts::WatchAccountsWire wire;
  wire.set_resume_token(MakeResumeToken(keys, tenant, sequence));
  return std::make_shared<const std::string>(wire.SerializeAsString());
}

}  // namespace credlink
