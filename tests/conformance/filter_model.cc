#include "tests/conformance/filter_model.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace credlink {
namespace {

bool HasAnnotation(const v1::Account& account, const std::string& key, const std::string& value) {
  const auto found = account.annotations().find(key);
  return found != account.annotations().end() && (value == "*" || found->second == value);
}

void AddTexts(std::vector<FilterCase>& cases) {
  AccountFilter prefix = Equals(Comparison::kLabel, "Head");
  prefix.comparison.op = Comparison::kPrefix;
  AccountFilter longer = Equals(Comparison::kLabel, "Head\xc3\xa9");
  longer.comparison.op = Comparison::kPrefix;
  AccountFilter has = Annotated("team", "");
  has.comparison.op = Comparison::kHas;
  using Account = const v1::Account&;
  cases.push_back({"owner.id", Equals(Comparison::kOwnerId, "o3"),
                   [](Account a) { return a.owner().id() == "o3"; }});
  cases.push_back({"account_number", Equals(Comparison::kAccountNumber, "n2"),
                   [](Account a) { return a.account_number() == "n2"; }});
  cases.push_back({"provider", Equals(Comparison::kProvider, "p1"),
                   [](Account a) { return a.provider() == "p1"; }});
  cases.push_back(
      {"label", Equals(Comparison::kLabel, "Head"), [](Account a) { return a.label() == "Head"; }});
  cases.push_back(
      {"no label", Equals(Comparison::kLabel, ""), [](Account a) { return a.label().empty(); }});
  cases.push_back(
      {"label*", prefix, [](Account a) { return absl::StartsWith(a.label(), "Head"); }});
  cases.push_back({"two prefixes", AllOf({prefix, longer}),
                   [](Account a) { return absl::StartsWith(a.label(), "Head\xc3\xa9"); }});
  cases.push_back({"annotation", Annotated("team", "red"),
                   [](Account a) { return HasAnnotation(a, "team", "red"); }});
  cases.push_back({"has annotation", has, [](Account a) { return HasAnnotation(a, "team", "*"); }});
}

void AddNumbers(std::vector<FilterCase>& cases) {
  for (int64_t number : {1, 2, 3}) {
    cases.push_back({absl::StrCat("state ", number),
                     Compare(Comparison::kState, Comparison::kEqual, number),
                     [number](const v1::Account& a) { return a.state() == number; }});
    cases.push_back({absl::StrCat("health ", number),
                     Compare(Comparison::kHealth, Comparison::kEqual, number),
                     [number](const v1::Account& a) { return a.health() == number; }});
    cases.push_back({absl::StrCat("environment ", number),
                     Compare(Comparison::kEnvironment, Comparison::kEqual, number),
                     [number](const v1::Account& a) { return a.environment() == number; }});
  }
}

void AddTimes(std::vector<FilterCase>& cases) {
  const int64_t middle = 5 * kSecond;
  for (Comparison::Field field : {Comparison::kCreateTime, Comparison::kUpdateTime}) {
    const auto micros = [field](const v1::Account& account) {
      const auto& time =
          field == Comparison::kCreateTime ? account.create_time() : account.update_time();
      return time.seconds() * kSecond + time.nanos() / 1000;
    };
    const std::string name = field == Comparison::kCreateTime ? "create_time" : "update_time";
    cases.push_back({name + " =", Compare(field, Comparison::kEqual, middle),
                     [=](const v1::Account& a) { return micros(a) == middle; }});
    cases.push_back({name + " <", Compare(field, Comparison::kLess, middle),
                     [=](const v1::Account& a) { return micros(a) < middle; }});
    cases.push_back({name + " <=", Compare(field, Comparison::kLessOrEqual, middle),
                     [=](const v1::Account& a) { return micros(a) <= middle; }});
    cases.push_back({name + " >", Compare(field, Comparison::kGreater, middle),
                     [=](const v1::Account& a) { return micros(a) > middle; }});
    cases.push_back({name + " >=", Compare(field, Comparison::kGreaterOrEqual, middle),
                     [=](const v1::Account& a) { return micros(a) >= middle; }});
    cases.push_back({name + " none", Compare(field, Comparison::kLess, INT64_MIN),
                     [](const v1::Account&) { return false; }});
    cases.push_back(
        {name + " range",
         AllOf({Compare(field, Comparison::kGreater, 2 * kSecond),
                Compare(field, Comparison::kLess, 7 * kSecond)}),
         [=](const v1::Account& a) { return micros(a) > 2 * kSecond && micros(a) < 7 * kSecond; }});
  }
}

// Few values of each, so that many are equal.
NewAccount RandomAccount(int number, std::mt19937& random) {
  static const char* const kLabels[] = {"",
                                        "Head",
                                        "Head\xc3\xa9"
                                        "2",
                                        "Heae",
                                        "head",
                                        "Hea"};
  const auto any = [&random](int below) { return static_cast<int>(random() % below); };
  NewAccount made = MakeAccount("acme", absl::StrCat("a", number), absl::StrCat("o", any(9)),
                                absl::StrCat("p", any(3)), absl::StrCat("n", any(5)));
  v1::Account& account = made.account;
  account.set_label(kLabels[any(6)]);
  account.set_state(static_cast<v1::Account::State>(1 + any(3)));
  account.set_health(static_cast<v1::Account::Health>(1 + any(4)));
  account.set_environment(static_cast<v1::Environment>(1 + any(2)));
  account.mutable_create_time()->set_seconds(any(10));
  account.mutable_update_time()->set_seconds(any(10));
  account.mutable_update_time()->set_nanos(any(2) * 1000);
  if (any(3) > 0) (*account.mutable_annotations())["team"] = any(2) > 0 ? "red" : "blue";
  if (any(3) > 0) (*account.mutable_annotations())["x"] = "red";
  return made;
}

}  // namespace

std::vector<FilterCase> AllCases(std::mt19937& random) {
  std::vector<FilterCase> cases = {
      {"everything", AccountFilter(), [](const v1::Account&) { return true; }}};
  AddTexts(cases);
  AddNumbers(cases);
  AddTimes(cases);
  const std::vector<FilterCase> plain(cases.begin() + 1, cases.end());
  for (const FilterCase& one : plain) {
    const FilterCase& other = plain[random() % plain.size()];
    cases.push_back({"NOT " + one.name, Not(one.filter),
                     [one](const v1::Account& a) { return !one.meant(a); }});
    cases.push_back(
        {one.name + " AND " + other.name, AllOf({one.filter, other.filter}),
         [one, other](const v1::Account& a) { return one.meant(a) && other.meant(a); }});
    cases.push_back(
        {one.name + " OR " + other.name, AnyOf({one.filter, other.filter}),
         [one, other](const v1::Account& a) { return one.meant(a) || other.meant(a); }});
  }
  return cases;
}

std::tuple<std::string, int64_t, size_t> KeyOf(const v1::Account& account, ListOrder::Key key,
                                               size_t row) {
  const auto& time = key == ListOrder::kUpdateTime ? account.update_time() : account.create_time();
  return {key == ListOrder::kLabel ? account.label() : "",
          time.seconds() * kSecond + time.nanos() / 1000, row};
}

Model::Model(const Applier& apply, int count) {
  for (int i = 0; static_cast<int>(all_.size()) < count; ++i) {
    NewAccount account = RandomAccount(i, random_);
    const ChangeOutcome outcome = apply(InsertionOf(account));
    if (outcome.kind == ChangeOutcome::kAlreadyLinked) continue;
    EXPECT_EQ(outcome.kind, ChangeOutcome::kApplied);
    if (i % 3 == 0) Rewrite(apply, i, account);
    all_.push_back(account.account);
  }
  NewAccount other = RandomAccount(0, random_);
  other.tenant = "acme2";
  EXPECT_EQ(apply(InsertionOf(other)).kind, ChangeOutcome::kApplied);
}

std::vector<std::string> Model::ByHand(const FilterCase& filter, const ListQuery& query) const {
  std::vector<std::pair<std::tuple<std::string, int64_t, size_t>, std::string>> kept;
  for (size_t i = 0; i < all_.size(); ++i) {
    const bool deleted = all_[i].state() == v1::Account::STATE_DELETED;
    if ((deleted && !query.show_deleted) || !filter.meant(all_[i])) continue;
    kept.emplace_back(KeyOf(all_[i], query.order.key, i),
                      all_[i].name().substr(all_[i].name().rfind('/') + 1));
  }
  std::sort(kept.begin(), kept.end());
  if (query.order.descending) std::reverse(kept.begin(), kept.end());
  std::vector<std::string> ids;
  for (auto& [key, id] : kept) ids.push_back(std::move(id));
  return ids;
}

void Model::Rewrite(const Applier& apply, int number, NewAccount& account) {
  AccountRecord record;
  record.account_id = account.account_id;
  record.revision = 1;
  record.account = RandomAccount(number, random_).account;
  *record.account.mutable_owner() = account.account.owner();
  record.account.set_provider(account.account.provider());
  record.account.set_account_number(account.account.account_number());
  if (account.account.state() == v1::Account::STATE_DELETED) {
    record.account.set_state(v1::Account::STATE_DELETED);
  }
  account.account = record.account;
  EXPECT_EQ(apply(ChangeOf("acme", AccountChange::kUpdate, record)).kind, ChangeOutcome::kApplied);
}

}  // namespace credlink
