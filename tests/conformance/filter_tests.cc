// Every filter, in every order, on pages of several sizes, against filtering by hand.
#include <gmock/gmock.h>

#include <tuple>

#include "absl/strings/str_cat.h"
#include "tests/conformance/account_store_suite.h"
#include "tests/conformance/filter_model.h"

namespace credlink {
namespace {

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

// Unless an index knows, whatever the order that was asked for.
TEST_P(StoreSuite, CountingStopsAfterSoManySteps) {
  for (int i = 0; i < 25; ++i) {
    NewAccount account =
        MakeAccount("acme", "a" + std::to_string(i), "owner", "lastpass", std::to_string(i));
    account.account.set_label("label " + std::to_string(i));
    (*account.account.mutable_annotations())["team"] = "red";
    MustCreate(account);
  }
  for (const ListOrder::Key key :
       {ListOrder::kCreateTime, ListOrder::kUpdateTime, ListOrder::kLabel}) {
    for (const AccountFilter& filter :
         {Not(Equals(Comparison::kLabel, "x")), Annotated("team", "red"),
          Equals(Comparison::kOwnerId, "owner")}) {
      ListQuery query = PageOf("acme", 10, filter);
      query.order.key = key;
      query.max_steps = 2;
      const AccountCount count = Get(accounts().CountAccounts(query));
      EXPECT_EQ(count.total, 20);
      EXPECT_TRUE(count.more);
      query.max_steps = 3;
      const AccountCount all = Get(accounts().CountAccounts(query));
      EXPECT_EQ(all.total, 25);
      EXPECT_FALSE(all.more);
    }
    ListQuery everything = PageOf("acme", 10);
    everything.order.key = key;
    everything.max_steps = 2;
    const AccountCount count = Get(accounts().CountAccounts(everything));
    EXPECT_EQ(count.total, 25);
    EXPECT_FALSE(count.more);
  }
}

}  // namespace
}  // namespace credlink
