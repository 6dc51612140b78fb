#include "server/store/sqlite/event_queries.h"

#include <algorithm>
#include <map>

#include "server/store/event_time.h"

namespace credlink::sqlite {
namespace {

// Whether a tenant to whom an outage's begin was told, or not, is told this too.
bool IsNews(v1::Event::Type type, bool in_outage) {
  if (type == v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN) return !in_outage;
  return type != v1::Event::TYPE_UPSTREAM_OUTAGE_ENDED || in_outage;
}

}  // namespace

EventQueries::EventQueries(Connection& connection)
    : find_head_(
          connection.Prepare("SELECT last, compacted, time_us, outage_since_us FROM event_heads"
                             " WHERE tenant = ?1")),
      put_head_(connection.Prepare(
          "INSERT INTO event_heads (tenant, last, compacted, time_us, outage_since_us)"
          " VALUES (?1, ?2, 0, ?3, ?4)"
          " ON CONFLICT (tenant) DO UPDATE SET last = excluded.last,"
          " time_us = excluded.time_us, outage_since_us = excluded.outage_since_us")),
      insert_(connection.Prepare("INSERT INTO events (tenant, sequence, time_us, event)"
                                 " VALUES (?1, ?2, ?3, ?4)")),
      list_(connection.Prepare("SELECT event FROM events INDEXED BY events_by_sequence"
                               " WHERE tenant = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3")),
      list_outages_(connection.Prepare(
          "SELECT tenant, outage_since_us FROM event_heads INDEXED BY event_heads_in_outage"
          " WHERE outage_since_us > 0")),
      find_old_(connection.Prepare(
          "SELECT tenant, sequence FROM events INDEXED BY events_by_time WHERE time_us < ?1"
          " ORDER BY time_us, row_id LIMIT ?2")),
      drop_(connection.Prepare("DELETE FROM events INDEXED BY events_by_sequence"
                               " WHERE tenant = ?1 AND sequence <= ?2")),
      set_compacted_(
          connection.Prepare("UPDATE event_heads SET compacted = ?2 WHERE tenant = ?1")) {}

absl::StatusOr<EventQueries::Head> EventQueries::FindHead(absl::string_view tenant) {
  Head head;
  Cursor cursor = find_head_.Start(tenant);
  if (cursor.Next()) {
    head = Head{cursor.Integer(0), cursor.Integer(1), cursor.Integer(2), absl::nullopt};
    if (!cursor.IsNull(3)) head.outage_since_us = cursor.Integer(3);
  }
  if (!cursor.status().ok()) return cursor.status();
  return head;
}

absl::Status EventQueries::Append(absl::string_view tenant, const std::vector<EventRow>& events) {
  if (events.empty()) return absl::OkStatus();
  absl::StatusOr<Head> head = FindHead(tenant);
  if (!head.ok()) return head.status();
  for (const EventRow& event : events) {
    if (!IsNews(event.type, head->outage_since_us.has_value())) continue;
    if (event.type == v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN) head->outage_since_us = event.time_us;
    if (event.type == v1::Event::TYPE_UPSTREAM_OUTAGE_ENDED) head->outage_since_us.reset();
    head->time_us = EventTime(head->time_us, event.time_us);
    absl::Status status = insert_.Run(tenant, ++head->last, head->time_us, Blob{event.message});
    if (!status.ok()) return status;
  }
  return put_head_.Run(tenant, head->last, head->time_us, head->outage_since_us);
}

absl::StatusOr<EventPage> EventQueries::List(absl::string_view tenant, int64_t after, int limit,
                                             size_t max_bytes) {
  absl::StatusOr<Head> head = FindHead(tenant);
  if (!head.ok()) return head.status();
  EventPage page;
  page.last = head->last;
  page.compacted = head->compacted;
  if (limit == 0 || after < page.compacted) return page;
  size_t bytes = 0;
  Cursor cursor = list_.Start(tenant, after, int64_t{limit});
  while (cursor.Next()) {
    const absl::string_view message = cursor.View(0);
    bytes += message.size();
    if (!page.events.empty() && bytes > max_bytes) break;
    page.events.emplace_back(message);
  }
  if (!cursor.status().ok()) return cursor.status();
  return page;
}

absl::StatusOr<std::vector<TenantOutage>> EventQueries::ListOutages() {
  std::vector<TenantOutage> outages;
  Cursor cursor = list_outages_.Start();
  while (cursor.Next()) {
    outages.push_back(TenantOutage{cursor.Bytes(0), absl::FromUnixMicros(cursor.Integer(1))});
  }
  if (!cursor.status().ok()) return cursor.status();
  return outages;
}

absl::StatusOr<int64_t> EventQueries::Compact(absl::Time before, int limit) {
  // Of each tenant, the last to be forgotten, and all before it.
  std::map<std::string, int64_t> ends;
  int64_t count = 0;
  {
    Cursor cursor = find_old_.Start(absl::ToUnixMicros(before), int64_t{limit});
    while (cursor.Next()) {
      int64_t& end = ends[cursor.Bytes(0)];
      end = std::max(end, cursor.Integer(1));
      ++count;
    }
    if (!cursor.status().ok()) return cursor.status();
  }
  for (const auto& [tenant, sequence] : ends) {
    absl::Status status = drop_.Run(tenant, sequence);
    if (status.ok()) status = set_compacted_.Run(tenant, sequence);
    if (!status.ok()) return status;
  }
  return count;
}

}  // namespace credlink::sqlite
