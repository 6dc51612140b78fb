// Every filter, in every order, on pages of several sizes, against filtering by hand.
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <random>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/conformance/account_store_suite.h"

namespace credlink {
namespace {

constexpr int64_t kSecond = 1'000'000;

struct FilterCase {
  std::string name;
  AccountFilter filter;
  std::function<bool(const v1::Account&)> meant;
};

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

// Every comparison, each negated, and random pairs by AND and by OR.
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

// The labels, times and row of an account as ListOrder compares them.
std::tuple<std::string, int64_t, size_t> KeyOf(const v1::Account& account, ListOrder::Key key,
                                               size_t row) {
  const auto& time = key == ListOrder::kUpdateTime ? account.update_time() : account.create_time();
  return {key == ListOrder::kLabel ? account.label() : "",
          time.seconds() * kSecond + time.nanos() / 1000, row};
}

// Random accounts in a store, and what lists of them should be.
class Model {
 public:
  using Applier = std::function<ChangeOutcome(ChangeSet)>;

  // Some are changed once they are stored, so that what indexes hold was moved.
  Model(const Applier& apply, int count) {
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

  std::vector<std::string> ByHand(const FilterCase& filter, const ListQuery& query) const {
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

  const std::vector<v1::Account>& all() const { return all_; }  // in the order of storing
  std::mt19937& random() { return random_; }

 private:
  void Rewrite(const Applier& apply, int number, NewAccount& account) {
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
    EXPECT_EQ(apply(ChangeOf("acme", AccountChange::kUpdate, record)).kind,
              ChangeOutcome::kApplied);
  }

  std::mt19937 random_{20260101};
  std::vector<v1::Account> all_;
};

TEST_P(StoreSuite, AnswersAFilterOfNothingWithNothing) {
  const AccountFilter filter =
      AllOf({Equals(Comparison::kOwnerId, "a"), Equals(Comparison::kOwnerId, "b")});
  MustCreate(MakeAccount("acme", "a1", "a", "lastpass", "7"));
  MustCreate(MakeAccount("acme", "a2", "b", "lastpass", "7"));
  EXPECT_THAT(ListAll(PageOf("acme", 10, filter)), testing::IsEmpty());
}

TEST_P(StoreSuite, ListsAndCountsWhatAFilterMeans) {
  Model model([this](ChangeSet set) { return Apply(std::move(set)); }, 120);
  for (const FilterCase& filter : AllCases(model.random())) {
    for (ListOrder::Key key : {ListOrder::kCreateTime, ListOrder::kUpdateTime, ListOrder::kLabel}) {
      ListQuery query = PageOf("acme", 0, filter.filter);
      query.order.key = key;
      query.order.descending = model.random()() % 2 == 0;
      query.show_deleted = model.random()() % 2 == 0;
      query.max_steps = model.random()() % 2 == 0 ? 10000 : 9;
      query.limit = 7;
      SCOPED_TRACE(absl::StrCat(filter.name, ", order ", static_cast<int>(key), ", descending ",
                                query.order.descending, ", deleted ", query.show_deleted,
                                ", steps ", query.max_steps));
      const std::vector<std::string> expected = model.ByHand(filter, query);
      EXPECT_EQ(ListAll(query), expected);
      query.max_steps = 10000;
      const AccountCount count = Get(accounts().CountAccounts(query));
      EXPECT_EQ(count.total, static_cast<int64_t>(expected.size()));
      EXPECT_FALSE(count.more);
    }
  }
}

TEST_P(StoreSuite, ListsInEveryOrderInBothDirectionsOnAnyPages) {
  Model model([this](ChangeSet set) { return Apply(std::move(set)); }, 60);
  const FilterCase everything{"", AccountFilter(), [](const v1::Account&) { return true; }};
  for (ListOrder::Key key : {ListOrder::kCreateTime, ListOrder::kUpdateTime, ListOrder::kLabel}) {
    for (bool descending : {false, true}) {
      for (bool show_deleted : {false, true}) {
        for (int limit : {1, 4, 1000}) {
          ListQuery query = PageOf("acme", limit);
          query.order = ListOrder{key, descending};
          query.show_deleted = show_deleted;
          EXPECT_EQ(ListAll(query), model.ByHand(everything, query))
              << key << " " << descending << " " << show_deleted << " by " << limit;
        }
      }
    }
  }
}

// A position need not be one that this filter would give.
TEST_P(StoreSuite, GoesOnBehindAnyPosition) {
  Model model([this](ChangeSet set) { return Apply(std::move(set)); }, 60);
  AccountFilter prefix = Equals(Comparison::kLabel, "Head");
  prefix.comparison.op = Comparison::kPrefix;
  const AccountFilter filters[] = {
      AccountFilter(), prefix, Equals(Comparison::kLabel, "Head"),
      Compare(Comparison::kCreateTime, Comparison::kGreater, 5 * kSecond),
      Compare(Comparison::kUpdateTime, Comparison::kLess, 5 * kSecond)};
  for (const AccountFilter& filter : filters) {
    for (ListOrder::Key key : {ListOrder::kCreateTime, ListOrder::kUpdateTime, ListOrder::kLabel}) {
      for (int i = 0; i < 12; ++i) {
        const size_t row = model.random()() % model.all().size();
        ListQuery query = PageOf("acme", 1000, filter);
        query.show_deleted = true;
        query.order = ListOrder{key, i % 2 == 0};
        const auto place = KeyOf(model.all()[row], key, row);
        // Rows count from 1 in a store that had no other before them; between two of them
        // otherwise.
        query.after = ListPosition{std::get<0>(place), std::get<1>(place) + (i % 3 == 0 ? 1 : 0),
                                   i % 3 == 0 ? int64_t{1} << 40 : 1};
        const auto after = std::make_tuple(query.after->label, query.after->time_us,
                                           i % 3 == 0 ? size_t{1} << 40 : size_t{0});
        const FilterCase by_hand{"", filter, [&](const v1::Account& account) {
                                   const size_t number = &account - model.all().data();
                                   const auto own = KeyOf(account, key, number);
                                   const bool behind =
                                       query.order.descending ? own < after : own > after;
                                   return behind && Matches(filter, account);
                                 }};
        EXPECT_EQ(ListAll(query), model.ByHand(by_hand, query)) << key << " " << i;
      }
    }
  }
}

TEST_P(StoreSuite, APageEndsAfterSoManySteps) {
  constexpr int kAccounts = 50;
  for (int i = 0; i < kAccounts; ++i) MustCreate(MakeAccount("acme", absl::StrCat("a", i)));
  AccountFilter last = Equals(Comparison::kLabel, "a49");
  last.comparison.op = Comparison::kPrefix;
  ListQuery query = PageOf("acme", 10, Not(Not(last)));
  query.max_steps = 10;
  int pages = 0;
  std::vector<std::string> ids;
  do {
    const AccountPage page = Get(accounts().ListAccounts(query));
    for (std::string& id : Ids(page)) ids.push_back(std::move(id));
    query.after = page.next;
    ++pages;
  } while (query.after && pages < 100);
  EXPECT_THAT(ids, testing::ElementsAre("a49"));
  EXPECT_EQ(pages, kAccounts / 10);

  query.after.reset();
  query.max_steps = 4;  // 40 of the 50 for a count
  AccountCount count = Get(accounts().CountAccounts(query));
  EXPECT_EQ(count.total, 0);
  EXPECT_TRUE(count.more);
  query.max_steps = 5;
  count = Get(accounts().CountAccounts(query));
  EXPECT_EQ(count.total, 1);
  EXPECT_FALSE(count.more);
  query.filter = AccountFilter();
  query.max_steps = 1;
  count = Get(accounts().CountAccounts(query));
  EXPECT_EQ(count.total, kAccounts) << "an index knows it";
  EXPECT_FALSE(count.more);
}

TEST_P(StoreSuite, APageEndsBeforeItIsTooLarge) {
  for (int i = 0; i < 5; ++i) MustCreate(MakeAccount("acme", absl::StrCat("a", i)));
  const size_t size = Message("acme", "a0").size();
  ListQuery query = PageOf("acme", 10);
  query.max_bytes = 2 * size;
  AccountPage page = Get(accounts().ListAccounts(query));
  EXPECT_THAT(Ids(page), testing::ElementsAre("a0", "a1"));
  EXPECT_TRUE(page.next.has_value());
  query.max_bytes = 1;
  EXPECT_THAT(Ids(Get(accounts().ListAccounts(query))), testing::ElementsAre("a0"));
  EXPECT_THAT(ListAll(query), testing::ElementsAre("a0", "a1", "a2", "a3", "a4"));
}

}  // namespace
}  // namespace credlink
