// list and watch: what they send, and what they make of the answers.
#include <signal.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/faults/faults.h"
#include "tests/client/scripted_cli.h"

namespace credlink {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Writer = grpc::ServerWriter<v1::WatchAccountsResponse>;

constexpr absl::Duration kLong = absl::Seconds(30);

class ReadCommandsTest : public ScriptedCli {
 protected:
  // The next page, with accounts of these ids.
  void NextPage(const std::vector<std::string>& ids, const std::string& next_page_token = "",
                int64_t total = 0) {
    v1::ListAccountsResponse page;
    for (const std::string& id : ids) {
      v1::Account& account = *page.add_accounts();
      account.set_name("tenants/acme/accounts/" + id);
      account.set_account_number("1234567");
      account.mutable_owner()->set_id("owner-" + id);
    }
    page.set_next_page_token(next_page_token);
    page.set_total_size(total);
    service_.Next("ListAccounts", page);
  }
};

TEST_F(ReadCommandsTest, ListSendsWhatItWasTold) {
  NextPage({"a"}, "more", 12);
  NextPage({"b"});
  const Ended ended = Credlink({"list", "--filter", "health = UNHEALTHY", "--owner-id", "o",
                                "--order-by", "label desc", "--all", "--show-deleted", "--total"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("owner-a"), HasSubstr("owner-b"), HasSubstr("12 in all")));
  const auto requests = service_.Requests<v1::ListAccountsRequest>();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].filter(), "health = UNHEALTHY AND owner.id = \"o\"");
  EXPECT_EQ(requests[0].order_by(), "label desc");
  EXPECT_TRUE(requests[0].show_deleted());
  EXPECT_TRUE(requests[0].return_total_size());
  EXPECT_EQ(requests[0].page_size(), 1000);
  EXPECT_EQ(requests[1].page_token(), "more");
  EXPECT_EQ(requests[1].order_by(), "label desc");
  EXPECT_FALSE(requests[1].return_total_size());
}

TEST_F(ReadCommandsTest, ListSaysWhenNotAllWereCounted) {
  v1::ListAccountsResponse page;
  page.set_total_size(100'000);
  page.set_total_size_is_lower_bound(true);
  service_.Next("ListAccounts", page);
  EXPECT_THAT(Credlink({"list", "--total"}).out, HasSubstr("At least 100000 in all"));
}

TEST_F(ReadCommandsTest, ListShowsAPageAtATime) {
  NextPage({"a"}, "more");
  NextPage({}, "more");
  NextPage({"b"});
  const Ended ended = Credlink({"list", "--all"});
  EXPECT_EQ(std::count(ended.out.begin(), ended.out.end(), '\n'), 3) << "one header\n" << ended.out;
  NextPage({"a"}, "more");
  service_.Next("ListAccounts", ToScripted(Fault(v1::ERROR_REASON_PAGE_TOKEN_INVALID)));
  const Ended broken = Credlink({"list", "--all"});
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_THAT(broken.out, HasSubstr("owner-a"));
  NextPage({}, "more");
  NextPage({});
  EXPECT_EQ(Credlink({"list", "--all"}).out, "No accounts.\n");
}

TEST_F(ReadCommandsTest, AFilterOnDeletedAccountsNeedsAnotherFlag) {
  const std::vector<std::string> list = {"list", "--filter", "state = DELETED"};
  EXPECT_THAT(Credlink(list).out, HasSubstr("with --show-deleted only"));
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--show-deleted"}, {"--output", "json"}}) {
    std::vector<std::string> other = list;
    other.insert(other.end(), more.begin(), more.end());
    EXPECT_THAT(Credlink(other).out, Not(HasSubstr("--show-deleted"))) << more.front();
  }
}

TEST_F(ReadCommandsTest, WhatJsonCannotTellIsAFault) {
  v1::ListAccountsResponse page;
  page.add_accounts()->mutable_create_time()->set_seconds(1LL << 60);  // in no year that JSON has
  service_.Next("ListAccounts", page);
  const Ended list = Credlink({"list", "--output", "json"});
  EXPECT_EQ(list.exit_code, 1);
  EXPECT_THAT(list.err, HasSubstr("cannot be told as JSON"));
  service_.Next("ListAccounts", page);
  EXPECT_EQ(Credlink({"export", "--format", "jsonl"}).exit_code, 1);
}

TEST_F(ReadCommandsTest, ListStopsAtItsLimit) {
  NextPage({"a", "b"}, "more");
  const Ended ended = Credlink({"list", "--limit", "2"});
  EXPECT_THAT(ended.out, HasSubstr("There are more"));
  EXPECT_EQ(Only<v1::ListAccountsRequest>().page_size(), 2);
  EXPECT_EQ(Credlink({"list", "--limit", "2", "--all"}).exit_code, 2);
}

// The events of an account, one a sequence number.
v1::WatchAccountsResponse Events(const std::vector<int>& sequences) {
  v1::WatchAccountsResponse response;
  for (int sequence : sequences) {
    v1::Event& event = *response.add_events();
    event.set_sequence(sequence);
    event.set_type(v1::Event::TYPE_HEALTH_CHANGED);
    event.set_actor("credlink");
    event.mutable_account()->set_name("tenants/acme/accounts/head");
    event.mutable_account()->mutable_owner()->set_id("customer-17");
    event.set_resume_token(absl::StrCat("token-", sequence));
  }
  response.set_resume_token(response.events().empty() ? "mark"
                                                      : absl::StrCat("token-", sequences.back()));
  return response;
}

// It ends in good order for each of the signals: Ctrl-C, and a terminal that is closed.
class WatchCommandTest : public ReadCommandsTest, public testing::WithParamInterface<int> {};

TEST_P(WatchCommandTest, GoesOnUntilASignal) {
  service_.NextWatch([](Writer& writer) {
    writer.Write(Events({}));
    writer.Write(Events({1, 2}));
    return Broken();
  });
  service_.NextWatch([this](Writer& writer) {
    writer.Write(Events({3}));
    service_.StayOpen();
    return grpc::Status::OK;
  });
  auto watch = StartCredlink({"watch", "--resume-token", "given", "--output", "json"});
  ASSERT_TRUE(watch.ok()) << watch.status();
  // Each line is written out as it comes.
  ASSERT_TRUE((*watch)
                  ->WaitUntil(
                      [&] {
                        const std::string out = Content(folder_.File("out"));
                        return std::count(out.begin(), out.end(), '\n') == 3;
                      },
                      kLong)
                  .ok());
  (*watch)->Signal(GetParam());
  const auto exit = (*watch)->WaitForExit(kLong);
  ASSERT_TRUE(exit.ok()) << exit.status();
  EXPECT_EQ(exit->code, 0);
  EXPECT_THAT((*watch)->Log(), ContainsRegex("The connection broke.*\nConnected again.\n(.|\n)*"
                                             "--resume-token token-3\n"));
  std::vector<int64_t> sequences;
  for (absl::string_view line :
       absl::StrSplit(Content(folder_.File("out")), '\n', absl::SkipEmpty())) {
    sequences.push_back(FromJson<v1::Event>(std::string(line)).sequence());
  }
  EXPECT_THAT(sequences, ElementsAre(1, 2, 3));
  const auto requests = service_.Requests<v1::WatchAccountsRequest>();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].resume_token(), "given");
  EXPECT_EQ(requests[1].resume_token(), "token-2");
}

INSTANTIATE_TEST_SUITE_P(Signals, WatchCommandTest, testing::Values(SIGINT, SIGTERM, SIGHUP));

TEST_F(ReadCommandsTest, WatchTellsWhereItStoodBeforeWhatItCouldNotWrite) {
  service_.NextWatch([](Writer& writer) {
    writer.Write(Events({}));
    writer.Write(Events({1, 2}));
    return Broken();
  });
  const Ended full =
      RunProgram({"/bin/bash", "-c", "client/cli/credlink watch >/dev/full"}, {"", Environment()});
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.err, AllOf(HasSubstr("--resume-token mark\n"), HasSubstr("cannot write")));
}

TEST_F(ReadCommandsTest, WatchEndsWithTheErrorAndTheToken) {
  service_.NextWatch([](Writer& writer) {
    writer.Write(Events({1}));
    return ToScripted(Fault(v1::ERROR_REASON_WATCH_TOO_SLOW));
  });
  const Ended slow = Credlink({"watch"});
  EXPECT_EQ(slow.exit_code, 7);
  EXPECT_THAT(slow.out, AllOf(HasSubstr("#1  HEALTH_CHANGED  head"), HasSubstr("customer-17"),
                              HasSubstr("by credlink\n")));
  EXPECT_THAT(slow.err, AllOf(HasSubstr("WATCH_TOO_SLOW"), HasSubstr("--resume-token token-1\n")));
  service_.NextWatch([](Writer&) { return ToScripted(Fault(v1::ERROR_REASON_EVENTS_COMPACTED)); });
  service_.NextWatch(
      [](Writer&) { return ToScripted(Fault(v1::ERROR_REASON_RESUME_TOKEN_INVALID)); });
  for (const char* reason : {"EVENTS_COMPACTED", "RESUME_TOKEN_INVALID"}) {
    const Ended ended = Credlink({"watch", "--resume-token", "old"});
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_THAT(ended.err, AllOf(HasSubstr(reason), Not(HasSubstr("To go on"))));
  }
}

}  // namespace
}  // namespace credlink
