// What all methods that change an account have in common: request_id, etag, validate_only, names.
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/rpc/mutating_methods.h"

namespace credlink {
namespace {

using ::google::protobuf::util::MessageDifferencer;

class MutationRulesTest : public testing::TestWithParam<MutatingMethod> {
 protected:
  // An account that the method can change.
  std::string Ready(const Linking& linking = {}) {
    std::string name = MustLink(server_, linking);
    GetParam().prepare(server_, name);
    return name;
  }

  AnyAnswer SendIt(const CommonFields& fields) { return Send(server_, GetParam(), fields); }

  // Changes the account in another way, if it is still there.
  void ChangeOtherwise(const std::string& name) {
    Send(server_, For<v1::UndeleteAccountRequest>(name));
    Send(server_, LabelUpdate(name, "changed since"));
  }

  TestServer server_;
};

TEST_P(MutationRulesTest, ARepeatedRequestGetsTheFirstAnswer) {
  const std::string name = Ready();
  const AnyAnswer first = SendIt({name, "", "id-1"});
  ASSERT_TRUE(first.ok()) << first.reason();
  ChangeOtherwise(name);
  server_.clock().Advance(absl::Hours(1));
  const std::string before = EverythingOf(server_, name);
  const int probes = server_.provider().probes();
  const AnyAnswer again = SendIt({name, "", "id-1"});
  EXPECT_TRUE(again.ok()) << again.reason();
  EXPECT_EQ(again.bytes, first.bytes);
  EXPECT_EQ(EverythingOf(server_, name), before);
  EXPECT_EQ(server_.provider().probes(), probes);
}

TEST_P(MutationRulesTest, ARequestIdHoldsForOneContent) {
  const std::string name = Ready();
  ASSERT_TRUE(SendIt({name, "", "id-1"}).ok());
  const std::string before = EverythingOf(server_, name);
  for (const CommonFields& other :
       {CommonFields{name, "other", "id-1"}, CommonFields{name + "2", "", "id-1"},
        CommonFields{name, "", "id-1", true}}) {
    const AnyAnswer reused = SendIt(other);
    EXPECT_EQ(reused.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(reused.reason(), "REQUEST_ID_REUSED");
  }
  EXPECT_EQ(EverythingOf(server_, name), before);
}

TEST_P(MutationRulesTest, ARequestIdHoldsForOneMethod) {
  const std::string name = Ready();
  ASSERT_TRUE(SendIt({name, "", "id-1"}).ok());
  for (const MutatingMethod& other : MutatingMethods()) {
    if (other.event == GetParam().event) continue;
    EXPECT_EQ(Send(server_, other, {name, "", "id-1"}).reason(), "REQUEST_ID_REUSED") << other;
  }
  v1::LinkAccountRequest link = TestServer::GoodRequest();
  link.set_request_id("id-1");
  EXPECT_EQ(Send(server_, link).reason(), "REQUEST_ID_REUSED");
}

TEST_P(MutationRulesTest, ARequestIdIsFreeAfterADay) {
  const std::string name = Ready();
  const AnyAnswer first = SendIt({name, "", "id-1"});
  server_.clock().Advance(absl::Hours(24) - absl::Seconds(1));
  EXPECT_EQ(SendIt({name, "", "id-1"}).bytes, first.bytes);
  Send(server_, LabelUpdate(name, "meanwhile"));  // or else the same update changes nothing
  server_.clock().Advance(absl::Seconds(2));
  const AnyAnswer later = SendIt({name, "", "id-1"});
  EXPECT_NE(later.bytes, first.bytes);
  EXPECT_NE(later.reason(), "REQUEST_ID_REUSED");
}

TEST_P(MutationRulesTest, RequestIdsBelongToTheTenant) {
  const std::string name = Ready({.tenant = "acme"});
  AcceptAll(server_);
  const std::string other = Ready({.tenant = "umbrella"});
  const AnyAnswer first = SendIt({name, "", "id-1"});
  const AnyAnswer second = SendIt({other, "", "id-1"});
  EXPECT_TRUE(first.ok()) << first.reason();
  EXPECT_TRUE(second.ok()) << second.reason();
  EXPECT_NE(first.bytes, second.bytes);
}

TEST_P(MutationRulesTest, AnErrorIsNotKept) {
  const std::string name = Ready();
  EXPECT_EQ(SendIt({name, "wrong", "id-1"}).reason(), "ETAG_MISMATCH");
  const AnyAnswer second = SendIt({name, "", "id-1"});
  EXPECT_TRUE(second.ok()) << second.reason();
}

TEST_P(MutationRulesTest, AWrongEtagChangesNothing) {
  const std::string name = Ready();
  const std::string before = EverythingOf(server_, name);
  const std::string etag = Get(server_, name).etag();
  const int probes = server_.provider().probes();
  const AnyAnswer wrong = SendIt({name, etag + "0"});
  EXPECT_EQ(wrong.status.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(wrong.reason(), "ETAG_MISMATCH");
  EXPECT_EQ(DetailOf<google::rpc::ResourceInfo>(wrong.status)->resource_name(), name);
  EXPECT_EQ(EverythingOf(server_, name), before);
  EXPECT_EQ(server_.provider().probes(), probes);

  const AnyAnswer right = SendIt({name, etag});
  EXPECT_TRUE(right.ok()) << right.reason();
  EXPECT_NE(right.account.etag(), etag);
  EXPECT_NE(SendIt({name, etag}).reason(), "") << "the etag holds for one change";
}

TEST_P(MutationRulesTest, ValidateOnlyShowsWhatWouldBeAndWritesNothing) {
  const std::string name = Ready();
  server_.clock().Advance(absl::Minutes(5));
  const std::string before = EverythingOf(server_, name);
  const v1::Account account = Get(server_, name);
  const int probes = server_.provider().probes();
  AnyAnswer shown = SendIt({name, account.etag(), "id-1", true});
  ASSERT_TRUE(shown.ok()) << shown.reason();
  EXPECT_EQ(EverythingOf(server_, name), before);
  EXPECT_EQ(server_.provider().probes(), probes + (GetParam().asks_provider ? 1 : 0));
  EXPECT_EQ(shown.receipt.id(), "");
  EXPECT_FALSE(shown.receipt.has_purge_time());
  if (shown.receipt.name().empty()) {
    EXPECT_EQ(shown.account.etag(), account.etag());
  }

  // The id is not taken, and what is done now is what was shown.
  AnyAnswer done = SendIt({name, account.etag(), "id-1"});
  ASSERT_TRUE(done.ok()) << done.reason();
  EXPECT_NE(done.bytes, shown.bytes);
  done.account.set_etag(shown.account.etag());
  done.receipt.clear_id();
  done.receipt.clear_purge_time();
  EXPECT_TRUE(MessageDifferencer::Equals(done.account, shown.account));
  EXPECT_TRUE(MessageDifferencer::Equals(done.receipt, shown.receipt));
}

TEST_P(MutationRulesTest, ValidateOnlyRefusesAsTheRealOne) {
  const std::string name = Ready();
  EXPECT_EQ(SendIt({name, "wrong", "", true}).reason(), "ETAG_MISMATCH");
  EXPECT_EQ(SendIt({name + "2", "", "", true}).reason(), "ACCOUNT_NOT_FOUND");
  EXPECT_EQ(SendIt({"main", "", "", true}).reason(), "FIELD_MALFORMED");
}

TEST_P(MutationRulesTest, NamesAllFaultyFieldsAtOnce) {
  Ready();
  const int probes = server_.provider().probes();
  for (const char* name : {"", "main", "tenants/acme/accounts/", "tenants/A/accounts/main"}) {
    const AnyAnswer answer = SendIt({name, "", "has space"});
    EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    const auto bad_request = DetailOf<google::rpc::BadRequest>(answer.status);
    ASSERT_TRUE(bad_request.has_value());
    std::vector<std::string> fields;
    for (const auto& violation : bad_request->field_violations()) {
      fields.push_back(violation.field());
    }
    EXPECT_THAT(fields, testing::UnorderedElementsAre(GetParam().name_field, "request_id"));
  }
  EXPECT_EQ(SendIt({"tenants/acme/accounts/main", "", std::string(65, 'x')}).reason(),
            "FIELD_MALFORMED");
  EXPECT_EQ(server_.provider().probes(), probes);
}

TEST_P(MutationRulesTest, AnAbsentAndAForeignAccountLookTheSame) {
  Ready();
  const int probes = server_.provider().probes();
  const AnyAnswer foreign = SendIt({"tenants/umbrella/accounts/main", "etag", "id-1"});
  const AnyAnswer absent = SendIt({"tenants/umbrella/accounts/none", "etag", "id-1"});
  EXPECT_EQ(foreign.status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(foreign.reason(), "ACCOUNT_NOT_FOUND");
  EXPECT_EQ(absent.status.error_code(), foreign.status.error_code());
  EXPECT_EQ(absent.status.error_message(), foreign.status.error_message());
  EXPECT_TRUE(MessageDifferencer::Equals(*DetailOf<google::rpc::ErrorInfo>(absent.status),
                                         *DetailOf<google::rpc::ErrorInfo>(foreign.status)));
  auto resource = *DetailOf<google::rpc::ResourceInfo>(absent.status);
  EXPECT_EQ(resource.resource_name(), "tenants/umbrella/accounts/none");
  resource.set_resource_name("tenants/umbrella/accounts/main");
  EXPECT_TRUE(
      MessageDifferencer::Equals(resource, *DetailOf<google::rpc::ResourceInfo>(foreign.status)));
  EXPECT_EQ(absent.status.error_details().size(), foreign.status.error_details().size());
  EXPECT_EQ(server_.provider().probes(), probes);
}

INSTANTIATE_TEST_SUITE_P(All, MutationRulesTest, testing::ValuesIn(MutatingMethods()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace credlink
