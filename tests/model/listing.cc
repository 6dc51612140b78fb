#include "tests/model/listing.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace credlink::model {
namespace {

using Matches = std::function<bool(const ModelAccount&)>;

Filter Whole(std::string text, Matches matches) {
  return {std::move(text), Filter::kWhole, std::move(matches)};
}

// `=` or `!=`.
Filter Equality(const std::string& field, const std::string& value, Matches matches,
                Random& random) {
  if (random.Percent(70)) return Whole(absl::StrCat(field, " = ", value), std::move(matches));
  return Whole(absl::StrCat(field, " != ", value),
               [matches](const ModelAccount& account) { return !matches(account); });
}

Filter TextComparison(Random& random) {
  const auto quoted = [](const std::string& text) { return absl::StrCat("\"", text, "\""); };
  switch (random.Below(4)) {
    case 0: {
      const std::string id = random.Pick(OwnerIds());
      return Equality(
          "owner.id", random.Percent(50) ? id : quoted(id),
          [id](const ModelAccount& a) { return a.now.shown.owner().id() == id; }, random);
    }
    case 1: {
      const std::string cid = LastPassWorld::CidOf(random.Below(LastPassWorld::kCompanies));
      return Equality(
          "account_number", cid,
          [cid](const ModelAccount& a) { return a.now.shown.account_number() == cid; }, random);
    }
    case 2: {
      const std::string label = random.Pick(Labels());
      return Equality(
          "label", quoted(label),
          [label](const ModelAccount& a) { return a.now.shown.label() == label; }, random);
    }
    default: {
      const std::string label = random.Pick(Labels());
      size_t end = std::min<size_t>(label.size(), 1 + random.Below(3));
      while (end < label.size() && (label[end] & 0xC0) == 0x80) ++end;  // not within a character
      const std::string begin = label.substr(0, end);
      return Equality(
          "label", quoted(begin + "*"),
          [begin](const ModelAccount& a) { return absl::StartsWith(a.now.shown.label(), begin); },
          random);
    }
  }
}

Filter EnumComparison(Random& random) {
  switch (random.Below(3)) {
    case 0: {
      const int value = 1 + random.Below(3);
      return Equality(
          "state", v1::Account::State_Name(value).substr(6),
          [value](const ModelAccount& a) { return a.state() == value; }, random);
    }
    case 1: {
      const int value = 1 + random.Below(4);
      return Equality(
          "health", v1::Account::Health_Name(value).substr(7),
          [value](const ModelAccount& a) { return a.now.shown.health() == value; }, random);
    }
    default: {
      const int value = 1 + random.Below(2);
      return Equality(
          "environment", v1::Environment_Name(value).substr(12),
          [value](const ModelAccount& a) { return a.now.shown.environment() == value; }, random);
    }
  }
}

Filter AnnotationComparison(Random& random) {
  const std::string key = random.Pick(AnnotationKeys());
  if (random.Percent(40)) {
    return Whole("annotations:" + key, [key](const ModelAccount& account) {
      return account.now.shown.annotations().contains(key);
    });
  }
  const std::string value = random.Pick(AnnotationValues());
  return Equality(
      "annotations." + key, absl::StrCat("\"", value, "\""),
      [key, value](const ModelAccount& account) {
        const auto found = account.now.shown.annotations().find(key);
        return found != account.now.shown.annotations().end() && found->second == value;
      },
      random);
}

// A change is as much before another one as its time is.
Filter TimeComparison(const Learned& learned, Tick about, Random& random) {
  const auto [tick, time] = *learned.TimeOf(about);
  const bool created = random.Percent(50);
  const auto tick_of = [created](const ModelAccount& account) {
    return created ? account.now.created : account.now.updated;
  };
  static const std::vector<std::pair<std::string, bool (*)(Tick, Tick)>> kOperators = {
      {"<", [](Tick a, Tick b) { return a < b; }},  {"<=", [](Tick a, Tick b) { return a <= b; }},
      {">", [](Tick a, Tick b) { return a > b; }},  {">=", [](Tick a, Tick b) { return a >= b; }},
      {"=", [](Tick a, Tick b) { return a == b; }}, {"!=", [](Tick a, Tick b) { return a != b; }}};
  const auto& [op, compare] = random.Pick(kOperators);
  const std::string text =
      absl::StrCat(created ? "create_time " : "update_time ", op, " \"",
                   absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone()), "\"");
  return Whole(text, [tick_of, compare = compare, tick = tick](const ModelAccount& account) {
    return compare(tick_of(account), tick);
  });
}

Filter RandomComparison(const ReferenceModel& model, const Learned& learned, Random& random) {
  switch (random.Below(learned.HasTimes() && !model.accounts().empty() ? 4 : 3)) {
    case 0:
      return TextComparison(random);
    case 1:
      return EnumComparison(random);
    case 2:
      return AnnotationComparison(random);
    default: {
      auto account = model.accounts().begin();
      std::advance(account, random.Below(static_cast<int>(model.accounts().size())));
      return TimeComparison(learned, account->second.now.updated, random);
    }
  }
}

std::string Inside(const Filter& part, Filter::Binding around) {
  const bool bare =
      part.binding == Filter::kWhole || (part.binding == Filter::kOr && around == Filter::kAnd);
  return bare ? part.text : absl::StrCat("(", part.text, ")");
}

Filter RandomFilter(const ReferenceModel& model, const Learned& learned, int depth,
                    Random& random) {
  if (depth == 0 || random.Percent(40)) return RandomComparison(model, learned, random);
  const Filter a = RandomFilter(model, learned, depth - 1, random);
  if (random.Percent(25)) {
    return Whole(
        absl::StrCat("NOT ", a.binding == Filter::kWhole && !absl::StartsWith(a.text, "NOT")
                                 ? a.text
                                 : absl::StrCat("(", a.text, ")")),
        [a](const ModelAccount& account) { return !a.matches(account); });
  }
  const Filter b = RandomFilter(model, learned, depth - 1, random);
  const bool both = random.Percent(50);
  const Filter::Binding binding = both ? Filter::kAnd : Filter::kOr;
  const std::string text =
      absl::StrCat(Inside(a, binding), both ? " AND " : " OR ", Inside(b, binding));
  return {text, binding, [a, b, both](const ModelAccount& account) {
            const bool first = a.matches(account);
            const bool second = b.matches(account);
            return both ? first && second : first || second;
          }};
}

// As the proto has it, read off the texts that are made here.
std::string DefaultOrder(const std::string& filter) {
  const bool one_text = std::count(filter.begin(), filter.end(), '"') == 2;
  if (one_text && absl::StartsWith(filter, "label = ") && absl::EndsWith(filter, "*\"")) {
    return "label";
  }
  bool times_alone = absl::StrContains(filter, "update_time");
  for (const char* other : {"owner", "account_number", "label", "state", "health", "environment",
                            "annotations", "create_time"}) {
    times_alone = times_alone && !absl::StrContains(filter, other);
  }
  return times_alone ? "update_time" : "create_time";
}

}  // namespace

const std::vector<std::string>& Labels() {
  static const auto* const kLabels = new std::vector<std::string>{
      "", "Head office", "Headquarters", "head", "Zürich", "日本", "A", "a-b"};
  return *kLabels;
}

const std::vector<std::string>& OwnerIds() {
  static const auto* const kIds =
      new std::vector<std::string>{"o-1", "o-2", "o-3", "ann@example.com", "crm:17/b"};
  return *kIds;
}

const std::vector<std::string>& AnnotationKeys() {
  static const auto* const kKeys = new std::vector<std::string>{"team", "crm.id", "a/b", "x-1"};
  return *kKeys;
}

const std::vector<std::string>& AnnotationValues() {
  static const auto* const kValues = new std::vector<std::string>{"billing", "two words", "7"};
  return *kValues;
}

ListCall RandomList(const ReferenceModel& model, const Learned& learned, Random& random) {
  static const std::vector<std::string> kOrders = {
      "",      "",          "create_time", "create_time desc", "update_time", "update_time desc",
      "label", "label desc"};
  Filter filter;
  if (random.Percent(70)) filter = RandomFilter(model, learned, random.Below(4), random);
  ListCall list;
  list.request.set_parent(model.parent());
  list.request.set_filter(filter.text);
  list.request.set_order_by(random.Pick(kOrders));
  list.request.set_show_deleted(random.Percent(50));
  list.request.set_page_size(random.Percent(30) ? 1 + random.Below(6) : random.Below(2000));
  list.request.set_return_total_size(random.Percent(30));
  list.matches = filter.matches;
  return list;
}

std::vector<Snapshot> ExpectedList(const ReferenceModel& model, const ListCall& list) {
  const v1::ListAccountsRequest& request = list.request;
  const std::string order =
      request.order_by().empty() ? DefaultOrder(request.filter()) : request.order_by();
  const auto key = [&order](const ModelAccount& a) {
    return std::make_tuple(absl::StartsWith(order, "label") ? a.now.shown.label() : "",
                           absl::StartsWith(order, "update_time") ? a.now.updated : a.now.created,
                           a.row);
  };
  std::vector<const ModelAccount*> found;
  for (const auto& [name, account] : model.accounts()) {
    const bool hidden = account.state() == v1::Account::STATE_DELETED && !request.show_deleted();
    if (!hidden && list.matches(account)) found.push_back(&account);
  }
  const bool descending = absl::EndsWith(order, " desc");
  std::sort(found.begin(), found.end(), [&](const ModelAccount* a, const ModelAccount* b) {
    return descending ? key(*b) < key(*a) : key(*a) < key(*b);
  });
  std::vector<Snapshot> snapshots;
  for (const ModelAccount* account : found) snapshots.push_back(account->now);
  return snapshots;
}

}  // namespace credlink::model
