// What UpdateAccount may change, and how it says what it may not.
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/accounts/update_mask.h"
#include "tests/rpc/account_calls.h"

namespace credlink {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::UnorderedElementsAre;

std::string LinkFull(TestServer& server) {
  v1::LinkAccountRequest request = TestServer::GoodRequest();
  request.set_label("Old");
  (*request.mutable_annotations())["team"] = "old";
  request.set_environment(v1::ENVIRONMENT_TEST);
  request.mutable_owner()->set_display_name("Old Name");
  request.mutable_owner()->set_username("old@example.com");
  return Send(server, request).response.account().name();
}

// Every field that may be changed, and others, with other values.
v1::UpdateAccountRequest ChangeAll(const std::string& name) {
  v1::UpdateAccountRequest request;
  v1::Account& account = *request.mutable_account();
  account.set_name(name);
  account.set_label("New");
  (*account.mutable_annotations())["city"] = "new";
  account.set_environment(v1::ENVIRONMENT_PRODUCTION);
  account.mutable_owner()->set_id("somebody-else");
  account.mutable_owner()->set_display_name("New Name");
  account.mutable_owner()->set_username("new@example.com");
  account.set_account_number("7654321");
  account.set_state(v1::Account::STATE_DELETED);
  account.set_health(v1::Account::HEALTH_UNHEALTHY);
  account.mutable_credential()->set_version(7);
  return request;
}

struct MaskCase {
  const char* path;
  void (*apply)(v1::Account& account);
};

class UpdateMaskPathTest : public testing::TestWithParam<MaskCase> {};

TEST_P(UpdateMaskPathTest, ChangesThatAndNothingElse) {
  TestServer server;
  const std::string name = LinkFull(server);
  v1::Account expected = Get(server, name);
  GetParam().apply(expected);
  v1::UpdateAccountRequest request = ChangeAll(name);
  request.mutable_update_mask()->add_paths(GetParam().path);
  const auto updated = Send(server, request);
  ASSERT_TRUE(updated.ok()) << updated.reason();
  EXPECT_NE(updated.response.account().etag(), expected.etag());
  expected.set_etag(updated.response.account().etag());
  EXPECT_TRUE(MessageDifferencer::Equals(updated.response.account(), expected));
  EXPECT_TRUE(MessageDifferencer::Equals(Get(server, name), expected));
}

INSTANTIATE_TEST_SUITE_P(
    All, UpdateMaskPathTest,
    testing::Values(MaskCase{"label", [](v1::Account& account) { account.set_label("New"); }},
                    MaskCase{"annotations",
                             [](v1::Account& account) {
                               account.clear_annotations();
                               (*account.mutable_annotations())["city"] = "new";
                             }},
                    MaskCase{"environment",
                             [](v1::Account& account) {
                               account.set_environment(v1::ENVIRONMENT_PRODUCTION);
                             }},
                    MaskCase{"owner.display_name",
                             [](v1::Account& account) {
                               account.mutable_owner()->set_display_name("New Name");
                             }},
                    MaskCase{"owner.username",
                             [](v1::Account& account) {
                               account.mutable_owner()->set_username("new@example.com");
                             }}),
    [](const auto& info) {
      std::string name = info.param.path;
      return name.replace(name.find('.') == std::string::npos ? name.size() : name.find('.'),
                          name.find('.') == std::string::npos ? 0 : 1, "");
    });

TEST(UpdateTest, AnEmptyValueClears) {
  TestServer server;
  const std::string name = LinkFull(server);
  v1::UpdateAccountRequest request;
  request.mutable_account()->set_name(name);
  for (const char* path :
       {"label", "annotations", "environment", "owner.display_name", "owner.username"}) {
    request.mutable_update_mask()->add_paths(path);
  }
  const v1::Account account = Send(server, request).response.account();
  EXPECT_EQ(account.label(), "");
  EXPECT_EQ(account.annotations_size(), 0);
  EXPECT_EQ(account.environment(), v1::ENVIRONMENT_PRODUCTION);
  EXPECT_EQ(account.owner().display_name(), "");
  EXPECT_EQ(account.owner().username(), "");
  EXPECT_EQ(account.owner().id(), "owner-1");
}

TEST(UpdateTest, WhatIsSoAlreadyIsNoChange) {
  TestServer server;
  const std::string name = LinkFull(server);
  server.clock().Advance(absl::Minutes(1));
  v1::UpdateAccountRequest request = LabelUpdate(name, "Old");
  (*request.mutable_account()->mutable_annotations())["team"] = "old";
  request.mutable_account()->set_environment(v1::ENVIRONMENT_TEST);
  for (const char* path : {"annotations", "environment"}) {
    request.mutable_update_mask()->add_paths(path);
  }
  const std::string before = EverythingOf(server, name);
  const v1::Account account = Get(server, name);
  for (const bool validate_only : {true, false}) {
    request.set_validate_only(validate_only);
    const auto updated = Send(server, request);
    ASSERT_TRUE(updated.ok()) << updated.reason();
    EXPECT_TRUE(MessageDifferencer::Equals(updated.response.account(), account));
    EXPECT_EQ(EverythingOf(server, name), before);
  }
  request.mutable_account()->set_etag(account.etag() + "0");
  EXPECT_EQ(Send(server, request).reason(), "ETAG_MISMATCH");
}

TEST(UpdateTest, ARequestThatChangesNothingIsAnsweredTheSameAgain) {
  TestServer server;
  const std::string name = LinkFull(server);
  v1::UpdateAccountRequest request = LabelUpdate(name, "Old");
  request.set_request_id("id-1");
  const std::string before = EverythingOf(server, name);
  const auto first = Send(server, request);
  ASSERT_TRUE(first.ok()) << first.reason();
  EXPECT_EQ(EverythingOf(server, name), before);
  Send(server, LabelUpdate(name, "New"));
  const auto again = Send(server, request);
  EXPECT_EQ(again.response.SerializeAsString(), first.response.SerializeAsString());
  EXPECT_EQ(Get(server, name).label(), "New");
  request.mutable_account()->set_label("Other");
  EXPECT_EQ(Send(server, request).reason(), "REQUEST_ID_REUSED");
}

class OtherPathTest : public testing::TestWithParam<const char*> {};

TEST_P(OtherPathTest, IsRefused) {
  TestServer server;
  const std::string name = LinkFull(server);
  v1::UpdateAccountRequest request = ChangeAll(name);
  request.mutable_update_mask()->add_paths("label");
  request.mutable_update_mask()->add_paths(GetParam());
  const std::string before = EverythingOf(server, name);
  const auto refused = Send(server, request);
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const auto bad_request = DetailOf<google::rpc::BadRequest>(refused.status);
  ASSERT_TRUE(bad_request.has_value());
  ASSERT_EQ(bad_request->field_violations_size(), 1);
  EXPECT_EQ(bad_request->field_violations(0).field(), "update_mask");
  EXPECT_EQ(EverythingOf(server, name), before);
}

INSTANTIATE_TEST_SUITE_P(All, OtherPathTest,
                         testing::Values("", "*", "owner", "owner.id", "state", "health", "name",
                                         "etag", "account_number", "credential", "annotations.team",
                                         "Label", "label.x"));

TEST(UpdateTest, TellsAllThatIsWrongAtOnce) {
  TestServer server;
  MustLink(server);
  v1::UpdateAccountRequest request;
  v1::Account& account = *request.mutable_account();
  account.set_name("main");
  account.set_label(std::string(201, 'x'));
  (*account.mutable_annotations())["Upper"] = std::string(257, 'x');
  account.set_environment(static_cast<v1::Environment>(9));
  account.mutable_owner()->set_display_name("line\nbreak");
  account.mutable_owner()->set_username(std::string(201, 'x'));
  for (const char* path :
       {"label", "annotations", "environment", "owner.display_name", "owner.username", "state"}) {
    request.mutable_update_mask()->add_paths(path);
  }
  request.set_request_id("has space");
  const auto refused = Send(server, request);
  std::vector<std::string> fields;
  const auto bad_request = DetailOf<google::rpc::BadRequest>(refused.status);
  ASSERT_TRUE(bad_request.has_value());
  for (const auto& violation : bad_request->field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields, UnorderedElementsAre("account.name", "account.label", "account.annotations",
                                           "account.annotations", "account.environment",
                                           "account.owner.display_name", "account.owner.username",
                                           "update_mask", "request_id"));
}

TEST(UpdateTest, WithoutMaskNothingIsChanged) {
  TestServer server;
  const std::string name = LinkFull(server);
  const std::string before = EverythingOf(server, name);
  const auto refused = Send(server, ChangeAll(name));
  EXPECT_EQ(refused.reason(), "FIELD_REQUIRED");
  EXPECT_EQ(EverythingOf(server, name), before);
}

TEST(UpdateTest, FieldsThatTheMaskLeavesOutAreNotRead) {
  TestServer server;
  const std::string name = LinkFull(server);
  v1::UpdateAccountRequest request = LabelUpdate(name, "fine");
  request.mutable_account()->mutable_owner()->set_username(std::string(201, 'x'));
  EXPECT_TRUE(Send(server, request).ok());
}

}  // namespace
}  // namespace credlink
